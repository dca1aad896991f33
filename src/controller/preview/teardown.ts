import { findCondition } from '../../model/conditions.ts';
import { kinds } from '../../model/kinds.ts';
import { keyOf, keyText } from '../../model/object.ts';
import { done, requeueAfter } from '../../model/outcome.ts';
import { aboutPreview, namespaceOf } from '../../model/preview.ts';
import { beingRemoved, pushedSince } from '../../model/removal.ts';
import { needsSomebody } from '../../model/reasons.ts';
import { setFinalizer } from '../finalizer.ts';
import { retry } from '../troubles.ts';
import { confirmsTeardown } from './confirm-teardown.ts';
import type { Removal } from '../../backends/api.ts';
import type { Explanation } from '../../model/explanation.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Preview } from '../../model/preview.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Look, PreviewDeps } from './deps.ts';
import type { RemovalPace } from './removal-pace.ts';

/** The caches have to catch up with what the API server says. */
const AGAIN_MS = 1_000;
const WHILE_GONE_MS = 300_000;

type Teardown = Extract<Plan, { kind: 'Teardown' }>;

/**
 * One step of removing everything that was made for a Preview; at the end the Preview is let go, or stays and says why. What it waits for, or
 * failed at, may change at every look; what was said of it last stands until something has lasted.
 */
export function createTeardown(
  deps: PreviewDeps,
  pace: RemovalPace,
  tell: (key: string, preview: Preview, error: unknown) => Explanation | undefined,
) {
  async function step({ preview, observed }: Asked, { keep }: Teardown): Promise<Removal | Outcome> {
    if (observed.unread) throw observed.unread.error;
    const begins = observed.namespace.state === 'ours' ? keep : undefined;
    if (begins && !(await confirmsTeardown(deps.cluster, preview, begins.reason)))
      return requeueAfter(AGAIN_MS);
    const removal = await deps.backend.remove(namespaceOf(preview), preview.metadata.uid ?? '');
    return removal.state === 'gone' && !keep ? release(deps, preview) : removal;
  }

  return async (asked: Asked, plan: Teardown): Promise<Look> => {
    const { preview, observed, now } = asked;
    const key = keyText(keyOf(preview));
    const statusWith = (trouble: Explanation | undefined) =>
      deps.status({ preview, plan, observed, seen: undefined, repository: undefined, trouble, now });
    const before = findCondition(preview.status?.conditions, 'Ready');
    const stands = ({ reason }: Explanation) =>
      before?.reason === reason && before.observedGeneration === preview.metadata.generation;
    try {
      const came = await step(asked, plan);
      if ('kind' in came) return { outcome: came };
      if (came.state === 'gone') {
        pace.over(key);
        return { status: statusWith(undefined), outcome: requeueAfter(WHILE_GONE_MS) };
      }
      const { againInMs, said } = pace.wait(key, came.waitingFor);
      const trouble = holdingUp(came, asked, plan, said);
      const status = said || !stands(trouble) ? statusWith(trouble) : undefined;
      return { status, outcome: requeueAfter(againInMs) };
    } catch (error) {
      const told = tell(key, preview, error);
      const trouble = failing(told, asked, plan);
      const status = told || !stands(trouble) ? statusWith(trouble) : undefined;
      return { status, failed: { error }, outcome: retry(error) };
    }
  };
}

function holdingUp(
  { stuck, waitingFor }: Extract<Removal, { state: 'going' }>,
  { preview }: Asked,
  plan: Teardown,
  said: string | undefined,
): Explanation {
  if (stuck) {
    const since = plan.keep ? undefined : pushedSince(preview);
    return {
      reason: 'RemovalStuck',
      message: [since, `Still there: ${waitingFor}`].filter(Boolean).join(' '),
    };
  }
  const why = whyRemoved(preview, plan);
  return { reason: 'Removing', message: said ? `${why} Waiting for ${said}` : why };
}

/** Refused is as good as stuck: somebody has to act. What passes by itself is one more thing that it waits for. */
function failing(told: Explanation | undefined, { preview }: Asked, plan: Teardown): Explanation {
  const why = whyRemoved(preview, plan);
  if (!told) return { reason: 'Removing', message: why };
  return {
    reason: needsSomebody(told.reason) ? 'RemovalStuck' : 'Removing',
    message: `${why} ${told.message}`,
  };
}

const whyRemoved = (preview: Preview, { keep }: Teardown) =>
  keep ? `${keep.message} Everything created for it is being removed.` : beingRemoved(preview);

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
