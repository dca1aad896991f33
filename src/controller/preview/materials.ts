import { annotation } from '../../model/labels.ts';
import { aboutPreview } from '../../model/preview.ts';
import { Problem, textOf } from '../../model/problem.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Material } from '../../model/material.ts';
import type { Observed } from '../../observe/api.ts';
import type { Design } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { MaterialSource, Needed } from './material-source.ts';
import type { PreviewDeps } from './deps.ts';

/** Everything secret that a preview is given. Previews are looked at often, so what has lived half of its life is renewed in time. */
export const gatherMaterials = (
  sources: readonly MaterialSource[],
  asked: Asked,
  repository: DagRepository,
  design: Design,
): Promise<Material[]> => Promise.all(neededBy(sources, repository, design).map((one) => gather(one, asked)));

/** In a preview that is left as it is, what expires is renewed all the same. */
export async function renewMaterials(
  { materials: sources, backend, log }: Pick<PreviewDeps, 'materials' | 'backend' | 'log'>,
  asked: Asked,
  repository: DagRepository,
  design: Design,
): Promise<void> {
  const { preview, observed } = asked;
  const expiring = neededBy(sources, repository, design).filter(
    ({ secret }) => expiryOf(observed, secret) > 0,
  );
  if (expiring.length === 0) return;
  try {
    const materials = await Promise.all(expiring.map((one) => gather(one, asked)));
    const renewed = materials.filter(({ expiresAt }) => expiresAt !== undefined);
    const changes = await backend.renew(design, observed, renewed);
    if (changes.length) log.info({ ...aboutPreview(preview), changes }, 'renewed');
  } catch (error) {
    // Whoever uses them reports it once they have expired; the next look tries again.
    log.warn({ ...aboutPreview(preview), why: textOf(error) }, 'credentials not renewed, retrying');
  }
}

const neededBy = (sources: readonly MaterialSource[], repository: DagRepository, design: Design) =>
  sources.flatMap((source) => source(repository, design) ?? []);

/** What is there and has not expired yet outlives a source that is silent, or refuses to renew it. */
async function gather({ gather: ask, ...material }: Needed, { observed, now }: Asked): Promise<Material> {
  try {
    return { ...material, ...(await ask()) };
  } catch (error) {
    if (error instanceof Problem && expiryOf(observed, material.secret) > now.getTime()) return material;
    throw error;
  }
}

/** When what this Secret holds expires, in ms since the epoch; 0: never, or it is not there. */
function expiryOf({ live }: Observed, secret: string): number {
  const expires = live.objects.get(`Secret/${secret}`)?.metadata.annotations?.[annotation.expires];
  return Date.parse(expires ?? '') || 0;
}
