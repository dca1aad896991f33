import { kinds } from '../../model/kinds.ts';
import { aboutPreview } from '../../model/preview.ts';
import { setFinalizer } from '../finalizer.ts';
import { gatherMaterials, renewMaterials } from './materials.ts';
import type { Change } from '../../backends/api.ts';
import type { Contested } from '../../model/contested.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Design } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { PreviewDeps } from './deps.ts';

/** What acting on a plan came to. */
export interface Acted {
  /** What kept it from being done, whatever was thrown. */
  failed?: { error: unknown } | undefined;
  contested?: readonly Contested[];
}

/** Makes the cluster look like the design. */
export async function converge(
  deps: PreviewDeps,
  asked: Asked,
  repository: DagRepository,
  design: Design,
): Promise<Acted> {
  const { preview, observed } = asked;
  try {
    if (observed.unread) throw observed.unread.error;
    await setFinalizer(deps.cluster, preview, kinds.Preview, true);
    const materials = await gatherMaterials(deps.materials, asked, repository, design);
    const changes = await deps.backend.apply(design, observed, materials);
    const contested = changes.filter((one): one is Contested => one.change === 'contested');
    const made: Change[] = changes.filter((one) => one.change !== 'contested');
    if (made.length) deps.log.info({ ...aboutPreview(preview), changes: made }, 'applied');
    return { contested };
  } catch (error) {
    // Whatever cannot be done must not let what runs expire.
    await renewMaterials(deps, asked, repository, design);
    return { failed: { error } };
  }
}
