import { findCondition } from '../../model/conditions.ts';
import { kinds } from '../../model/kinds.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { done, requeueAfter } from '../../model/outcome.ts';
import { aboutPreview, namespaceOf } from '../../model/preview.ts';
import { setFinalizer } from '../finalizer.ts';
import { confirmsTeardown } from './confirm-teardown.ts';
import type { Removal } from '../../backends/api.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Preview } from '../../model/preview.ts';
import type { Reason } from '../../model/reasons.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { PreviewDeps } from './deps.ts';
import type { RemovalPace } from './removal-pace.ts';

/** The caches have to catch up with what the API server says. */
const AGAIN_MS = 1_000;
const WHILE_GONE_MS = 300_000;

type Teardown = Extract<Plan, { kind: 'Teardown' }>;

/** One step of removing everything that was made for a Preview; at the end the Preview is let go, or stays and says why. */
export const createTeardown =
  (deps: PreviewDeps, pace: RemovalPace) =>
  async ({ preview, observed, now }: Asked, plan: Teardown): Promise<Outcome> => {
    const key = keyText(keyOf(preview));
    const begins = observed.namespace.state === 'ours' ? plan.keep : undefined;
    if (begins && !(await confirmsTeardown(deps.cluster, preview, begins.reason)))
      return requeueAfter(AGAIN_MS);
    const removal = await deps.backend.remove(namespaceOf(preview), preview.metadata.uid ?? '');
    const say = async (trouble: { reason: Reason; message: string } | undefined) =>
      deps.saveStatus(
        preview,
        deps.status({ preview, plan, observed, seen: undefined, repository: undefined, trouble, now }),
      );
    if (removal.state === 'gone') {
      pace.over(key);
      if (!plan.keep) return release(deps, preview);
      await say(undefined);
      return requeueAfter(WHILE_GONE_MS);
    }
    const { againInMs, said } = pace.wait(key, removal.waitingFor);
    const trouble = holdingUp(removal, plan, said);
    // What it waits for may change at every look; what was said of it last stands until something has lasted.
    const before = findCondition(preview.status?.conditions, 'Ready');
    const stands =
      before?.reason === trouble.reason && before.observedGeneration === preview.metadata.generation;
    if (said || !stands) await say(trouble);
    return requeueAfter(againInMs);
  };

function holdingUp(
  { stuck, waitingFor }: Extract<Removal, { state: 'going' }>,
  { keep }: Teardown,
  said: string | undefined,
): { reason: Reason; message: string } {
  if (stuck) return { reason: 'RemovalStuck', message: `Still there: ${waitingFor}` };
  const why = keep
    ? `${keep.message} Everything created for it is being removed.`
    : 'The branch is gone; everything created for it is being removed.';
  return { reason: 'Removing', message: said ? `${why} Waiting for ${said}` : why };
}

/** The last step. Read live: if our cache does not show yet that this was done, nothing is announced twice. */
async function release(deps: PreviewDeps, { metadata }: Preview): Promise<Outcome> {
  const { name, namespace = '', uid } = metadata;
  const live = await deps.cluster.get<Preview>({ kind: kinds.Preview, namespace, name });
  if (!live || live.metadata.uid !== uid) return done;
  await deps.queueRemovalNotice(live);
  await setFinalizer(deps.cluster, live, kinds.Preview, false);
  deps.log.info(aboutPreview(live), 'preview removed');
  return done;
}
