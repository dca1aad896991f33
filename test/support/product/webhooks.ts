import { deliver, type Delivery } from '../../../demo/git-server/deliver.ts';
import { webhooksFor } from '../../../demo/git-server/payloads.ts';
import { ABSENT } from '../../../demo/git-server/post-receive.ts';
import { WEBHOOK_KEY } from './manifests.ts';

export interface Told {
  readonly ref: string;
  /** 40 hex digits; absent: the ref is new, or gone. */
  readonly before?: string;
  readonly after?: string;
  /** Only these are sent; the others got lost on the way. */
  readonly only?: readonly ('create' | 'push' | 'delete')[];
}

/** What a code host says when a ref moved: `create` or `delete` where it appeared or went, and `push`; signed, each once. */
export async function tell(
  route: string,
  { ref, before = ABSENT, after = ABSENT, only }: Told,
  secret = WEBHOOK_KEY,
): Promise<Delivery[]> {
  const origin = {
    owner: 'acme',
    name: 'dags',
    repositoryId: 4711,
    cloneUrl: 'http://git.invalid/dags.git',
    pusher: 'dana',
  };
  const all = webhooksFor({ ref, before, after }, [], origin);
  const sent = all.filter(({ event }) => only === undefined || only.includes(event));
  return Promise.all(sent.map((webhook) => deliver(webhook, { url: route, secret })));
}

export const statusOf = ({ outcome }: Delivery) => ('status' in outcome ? outcome.status : outcome.lost);
