import { meta } from './meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

/** The two identities of a preview: `airflow` starts and watches worker pods, `worker` is what tasks run as. */
export function identities(design: Design): KubeObject[] {
  return ['airflow', 'worker'].flatMap((name) => [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: meta(design, name, 'identity'),
      automountServiceAccountToken: false,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: meta(design, name, 'identity'),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `offshoot-${name}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace: design.namespace }],
    },
  ]);
}
