import type { z } from 'zod';

/** How a DagRepository names its repository at one kind of code host: in the field of its spec that has the host's name. */
export interface Source<S = unknown> {
  readonly name: string;
  readonly spec: z.ZodType<S>;
  /** What git clones. */
  cloneUrl(spec: S): string;
}
