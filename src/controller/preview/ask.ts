import { parseKey } from '../../model/object.ts';
import { readPreview } from '../../model/preview.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview } from '../../model/preview.ts';
import type { Observed } from '../../observe/api.ts';
import type { PlanInput } from '../../plan/api.ts';
import type { PreviewDeps } from './deps.ts';

/** All that one reconcile knows. Nothing in it changes afterwards. */
export interface Asked {
  preview: Preview;
  repository: PlanInput['repository'];
  observed: Observed;
  /** The wall clock's time of this reconcile: there is one. */
  now: Date;
}

/** Undefined if there is nothing to reconcile, or nothing that can be read. */
export function previewAt(deps: PreviewDeps, key: string): Preview | undefined {
  const object = deps.previews.get(parseKey(key));
  if (!object) return undefined;
  const read = readPreview(object);
  if (read.ok) return read.preview;
  if (canBeRemoved(object)) return object as Preview;
  deps.log.warn({ preview: key, why: read.message }, 'Preview is invalid and is left alone');
  return undefined;
}

/** Throws if not even what there is could be observed. */
export async function ask(deps: PreviewDeps, preview: Preview): Promise<Asked> {
  const repository = withGrantedTemplate(deps, preview, repositoryOf(deps, preview));
  const now = deps.now();
  return { preview, repository, now, observed: await deps.observe(preview, foundIn(repository), now) };
}

export const foundIn = (repository: PlanInput['repository']) =>
  repository.state === 'found' ? repository.repository : undefined;

/** It is being deleted and names its namespace: whatever else cannot be read must not keep it, finalizer and all. */
function canBeRemoved(object: KubeObject): boolean {
  const spec = object['spec'] as Partial<Preview['spec']> | undefined;
  const named = typeof spec?.branch === 'string' && typeof spec.repositoryRef?.name === 'string';
  return named && object.metadata.deletionTimestamp !== undefined;
}

function repositoryOf(deps: PreviewDeps, preview: Preview): PlanInput['repository'] {
  const { namespace = '' } = preview.metadata;
  const object = deps.repositories.get({ namespace, name: preview.spec.repositoryRef.name });
  if (!object) return { state: 'absent' };
  const read = deps.readRepository(object);
  return read.ok
    ? { state: 'found', repository: read.repository }
    : { state: 'unreadable', message: read.message };
}

/** With the template that this Preview may run: its DagRepository may have changed before this Preview's turn has come. */
function withGrantedTemplate(
  deps: PreviewDeps,
  preview: Preview,
  found: PlanInput['repository'],
): PlanInput['repository'] {
  const { revision } = preview.status ?? {};
  if (found.state !== 'found') return found;
  const repository = revision && deps.withTemplate(found.repository, revision.template);
  if (!repository || deps.rendering(repository) !== revision.rendering) return { ...found, held: true };
  return { state: 'found', repository };
}
