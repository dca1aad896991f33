import { kinds } from '../../model/kinds.ts';
import { aboutPreview } from '../../model/preview.ts';
import { codeOf, Problem, textOf } from '../../model/problem.ts';
import { isRefusal } from '../../model/refusal.ts';
import { setFinalizer } from '../finalizer.ts';
import { gatherMaterials, renewMaterials } from './materials.ts';
import type { Change } from '../../backends/api.ts';
import type { Contested } from '../../model/contested.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Reason } from '../../model/reasons.ts';
import type { Design } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { PreviewDeps } from './deps.ts';

/** What acting on a plan came to. */
export interface Acted {
  trouble?: { said: { reason: Reason; message: string }; error: unknown };
  contested?: readonly Contested[];
}

/** Makes the cluster look like the design. What somebody has to act on is returned, anything else is thrown. */
export async function converge(
  deps: PreviewDeps,
  asked: Asked,
  repository: DagRepository,
  design: Design,
): Promise<Acted> {
  const { preview } = asked;
  try {
    await setFinalizer(deps.cluster, preview, kinds.Preview, true);
    const materials = await gatherMaterials(deps.materials, asked, repository, design);
    const changes = await deps.backend.apply(design, asked.observed, materials);
    const contested = changes.filter((one): one is Contested => one.change === 'contested');
    const made: Change[] = changes.filter((one) => one.change !== 'contested');
    if (made.length) deps.log.info({ ...aboutPreview(preview), changes: made }, 'applied');
    return { contested };
  } catch (error) {
    const said = obstacle(error);
    if (!said) throw error;
    // A material that is missing must not let another one expire.
    await renewMaterials(deps, asked, repository, design);
    return { trouble: { said, error } };
  }
}

/** What was thrown, as a condition says it; undefined for what is merely tried again. */
function obstacle(error: unknown): { reason: Reason; message: string } | undefined {
  if (error instanceof Problem) return { reason: error.reason, message: error.message };
  if (codeOf(error) === 'NotOurs')
    return {
      reason: 'NamespaceTaken',
      message: `${textOf(error)} It is not touched; rename or delete it.`,
    };
  return isRefusal(error) ? { reason: 'Refused', message: textOf(error) } : undefined;
}
