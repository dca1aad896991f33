import { annotation } from '../../model/labels.ts';
import { aboutPreview } from '../../model/preview.ts';
import { Problem, textOf } from '../../model/problem.ts';
import type { CloneCredentials, CodeHost } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Observed } from '../../observe/api.ts';
import type { Design } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { PreviewDeps } from './deps.ts';

/**
 * What git-sync gets. A preview is looked at every half minute at least, so what has lived half of its life is renewed then. Undefined leaves what it has: credentials that were minted and work for a while yet outlive a code host that is
 * silent, or refuses to renew them.
 */
export async function cloneCredentials(
  codeHost: (repository: DagRepository) => Promise<CodeHost>,
  repository: DagRepository,
  observed: Observed,
  now: Date,
): Promise<CloneCredentials | undefined> {
  try {
    return await (await codeHost(repository)).cloneCredentials();
  } catch (error) {
    if (error instanceof Problem && expiry(observed) > now.getTime()) return undefined;
    throw error;
  }
}

/** What was minted expires: in a preview that is left as it is, it is renewed all the same. */
export async function renewHeld(
  { codeHost, backend, log }: Pick<PreviewDeps, 'codeHost' | 'backend' | 'log'>,
  { preview, observed, now }: Asked,
  repository: DagRepository,
  design: Design,
): Promise<void> {
  if (expiry(observed) === 0) return;
  try {
    const credentials = await cloneCredentials(codeHost, repository, observed, now);
    const changes = credentials?.minted ? await backend.renew(design, observed, credentials) : [];
    if (changes.length) log.info({ ...aboutPreview(preview), changes }, 'renewed');
  } catch (error) {
    // When it has expired, git-sync says so; the next look tries again.
    log.warn({ ...aboutPreview(preview), why: textOf(error) }, 'git credentials not renewed, retrying');
  }
}

/** When the minted credentials in the preview's namespace end, in ms since the epoch; 0 if there are none. */
function expiry({ live }: Observed): number {
  const times = [...live.values()].flatMap(
    ({ metadata }) => metadata.annotations?.[annotation.expires] ?? [],
  );
  return Math.max(0, ...times.map((time) => Date.parse(time) || 0));
}
