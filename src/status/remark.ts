import { gitHostTrouble } from './git-host-trouble.ts';
import { contested } from './why/contested.ts';
import { lastEnded, whyEnded } from './why/ended-pods.ts';
import { gitSaid } from './why/git.ts';
import type { Condition } from '../model/conditions.ts';
import type { Contested } from '../model/contested.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Observed } from '../observe/api.ts';
import type { Design } from '../plan/api.ts';
import type { Explanation } from './explain.ts';

/** A host that is silent for a moment is not worth a word. */
const HOST_PATIENCE_MS = 20_000;

/** What is wrong with a preview that can be opened all the same: its URL works, and something will not. */
export function remark(
  observed: Observed,
  design: Design,
  fights: readonly Contested[],
  repository: DagRepository | undefined,
  imported: Pick<Condition, 'status' | 'reason' | 'message'> | undefined,
): Explanation | undefined {
  return (
    contested(observed, design, fights) ??
    gitSaid(observed, design) ??
    hostTrouble(observed, repository) ??
    putOut(observed) ??
    (imported?.status === 'False' ? { reason: imported.reason, message: imported.message } : undefined)
  );
}

function hostTrouble({ at }: Observed, repository: DagRepository | undefined): Explanation | undefined {
  const ready = gitHostTrouble(repository);
  if (!ready) return undefined;
  const silentFor = at.getTime() - Date.parse(ready.lastTransitionTime ?? '');
  if (!(silentFor >= HOST_PATIENCE_MS)) return undefined;
  return { reason: ready.reason, message: `Airflow is up, but new commits do not arrive: ${ready.message}` };
}

/** A pod that its node ended is kept for a while after another one took its place, so that nobody wonders. */
function putOut({ pods, warnings }: Observed): Explanation | undefined {
  const [pod] = lastEnded(pods);
  return pod && whyEnded(pod, warnings);
}
