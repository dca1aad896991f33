import { annotation, API_VERSION, FINALIZER, label } from '../model/labels.ts';
import { labelValue, previewName } from '../model/names.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';

/** The Preview that intake makes for a branch: one POST that carries finalizer and mark. */
export function previewOf(
  repository: DagRepository,
  branch: string,
  mark: Record<string, string>,
): KubeObject {
  const namespace = repository.metadata.namespace ?? '';
  return {
    apiVersion: API_VERSION,
    kind: 'Preview',
    metadata: {
      name: previewName(namespace, repository.metadata.name, branch),
      namespace,
      labels: { [label.madeBy]: 'intake', [label.repository]: labelValue(repository.metadata.name) },
      annotations: mark,
      finalizers: [FINALIZER],
    },
    spec: { repositoryRef: { name: repository.metadata.name }, branch },
  };
}

/** The annotations with which somebody asks that a branch be looked at. */
export function checkMark(
  now: Date,
  hint: { expectedHead?: string | undefined; pusher?: string | undefined; delivery?: string | undefined },
) {
  return {
    [annotation.checkRequested]: now.toISOString(),
    ...(hint.expectedHead && { [annotation.expectedHead]: hint.expectedHead }),
    ...(hint.pusher && { [annotation.pusher]: hint.pusher }),
    ...(hint.delivery && { [annotation.delivery]: hint.delivery }),
  };
}
