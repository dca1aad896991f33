import { gitHostTrouble } from './git-host-trouble.ts';
import type { Seen } from '../backends/api.ts';
import type { Condition } from '../model/conditions.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Explanation } from '../model/explanation.ts';

/** A host that is silent for a moment is not worth a word. */
const HOST_PATIENCE_MS = 20_000;

/** What is wrong with a preview that can be opened all the same: its URL works, and something will not. */
export function remark(
  seen: Seen,
  at: Date,
  repository: DagRepository | undefined,
  imported: Pick<Condition, 'status' | 'reason' | 'message'> | undefined,
): Explanation | undefined {
  return (
    seen.remark ??
    hostTrouble(at, repository) ??
    seen.happened ??
    (imported?.status === 'False' ? { reason: imported.reason, message: imported.message } : undefined)
  );
}

function hostTrouble(at: Date, repository: DagRepository | undefined): Explanation | undefined {
  const ready = gitHostTrouble(repository);
  if (!ready) return undefined;
  const silentFor = at.getTime() - Date.parse(ready.lastTransitionTime ?? '');
  if (!(silentFor >= HOST_PATIENCE_MS)) return undefined;
  return { reason: ready.reason, message: `Airflow is up, but new commits do not arrive: ${ready.message}` };
}
