import { Webhooks } from '@octokit/webhooks';
import { z } from 'zod';
import { LONGEST_BRANCH } from '../../model/names.ts';
import type { Delivery, DeliveryReader } from '../api.ts';

const person = z.object({ login: z.string().max(250) }).optional();
const ref = z.string().min(1).max(4096);
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const refEvent = z.object({ ref, ref_type: z.string(), sender: person });
const pushEvent = z.object({
  ref,
  after: sha,
  deleted: z.boolean().default(false),
  pusher: z
    .object({ name: z.string().max(250) })
    .partial()
    .optional(),
  sender: person,
});

const HEADS = 'refs/heads/';

/** GitHub's webhooks: `webhooks/events.md` is the table of what each is for. */
export const githubDeliveries: DeliveryReader = {
  async verify(body, signature, keys) {
    const text = body.toString('utf8');
    for (const secret of keys) {
      if (secret && (await new Webhooks({ secret }).verify(text, signature).catch(() => false))) return true;
    }
    return false;
  },
  read(event, body) {
    if (event === 'ping') return { kind: 'ping' };
    if (event !== 'create' && event !== 'delete' && event !== 'push')
      return ignored(`event ${event} is none of ours`);
    let payload: unknown;
    try {
      payload = JSON.parse(body.toString('utf8'));
    } catch {
      return ignored('the body is not JSON; set the content type of the webhook to application/json');
    }
    return event === 'push' ? readPush(payload) : readRef(event, payload);
  },
};

const ignored = (why: string): Delivery => ({ kind: 'ignored', why });

function readPush(payload: unknown): Delivery {
  const push = pushEvent.safeParse(payload);
  if (!push.success) return ignored(`not a push payload: ${firstIssue(push.error)}`);
  const { ref, after, deleted, pusher, sender } = push.data;
  if (!ref.startsWith(HEADS)) return ignored(`${ref} is no branch`);
  return branchHint(ref.slice(HEADS.length), deleted ? 'absent' : after, pusher?.name ?? sender?.login);
}

function readRef(event: 'create' | 'delete', payload: unknown): Delivery {
  const parsed = refEvent.safeParse(payload);
  if (!parsed.success) return ignored(`not a ${event} payload: ${firstIssue(parsed.error)}`);
  const { ref, ref_type, sender } = parsed.data;
  if (ref_type !== 'branch') return ignored(`${ref} is a ${ref_type}`);
  return branchHint(
    ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref,
    event === 'delete' ? 'absent' : undefined,
    sender?.login,
  );
}

function branchHint(branch: string, expectedHead: string | undefined, pusher: string | undefined): Delivery {
  if (!branch) return ignored('the ref has no name');
  if (branch.length > LONGEST_BRANCH)
    return ignored(`the branch's name is longer than ${LONGEST_BRANCH} characters`);
  return { kind: 'branch', branch, expectedHead, pusher };
}

const firstIssue = (error: z.ZodError) =>
  `${error.issues[0]?.path.join('.') ?? ''} ${error.issues[0]?.message ?? ''}`.trim();
