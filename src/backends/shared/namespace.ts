import { annotation, label } from '../../model/labels.ts';
import { branchNote, ownerLabels } from './meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

/**
 * PodSecurity enforces `baseline`, because the pods that real DAGs start with KubernetesPodOperator rarely meet more; it warns at
 * `restricted`, which our own pods meet.
 */
export function namespace(design: Design): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: design.namespace,
      labels: {
        ...ownerLabels(design, 'namespace'),
        [label.preview]: design.previewLabel,
        'pod-security.kubernetes.io/enforce': 'baseline',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
      annotations: {
        ...branchNote(design),
        [annotation.repository]: `${design.repositoryNamespace}/${design.repository}`,
        [annotation.preview]: design.preview,
        [annotation.previewUid]: design.uid,
      },
    },
  };
}
