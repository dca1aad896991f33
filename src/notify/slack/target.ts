import { z } from 'zod';

/** Whom Slack tells: a channel, with the bot token of a Secret. */
export const target = z.object({ channel: z.string().min(1), secretName: z.string().min(1) });
export type Target = z.output<typeof target>;

/** Where a message is. */
export const posted = z.object({ channel: z.string().min(1), ts: z.string().min(1) });
export type Posted = z.output<typeof posted>;
