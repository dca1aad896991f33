import { afterAll, beforeAll } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectlFor, list, type Kubectl } from '../../../demo/kubectl.ts';
import { up, type Sandbox } from '../../../sandbox/api.ts';
import { connect } from '../../../src/cluster/connect.ts';
import type { Cluster } from '../../../src/cluster/api.ts';

export interface ProductCluster {
  readonly sandbox: Sandbox;
  readonly kubectl: Kubectl;
  /** The administrator's hands: they may do everything, and what they do is not Offshoot's in the audit log. */
  readonly admin: Cluster;
  /** Offshoot's own identity: a user whose rights are the shipped ClusterRole's and no more. */
  readonly identity: string;
  /** Empty at first, gone afterwards. */
  readonly folder: string;
  down(): Promise<void>;
}

/** The user that Offshoot is for the API server. */
export const USER = 'offshoot';
const HELM = join(import.meta.dirname, '../../../helm/offshoot');

/** A control plane of one test file's own, with Offshoot's kinds and rights installed as an administrator does it. */
export async function aCluster(name: string, family?: 4 | 6): Promise<ProductCluster> {
  const sandbox = await up({
    size: 'control-plane',
    name: `test-${name}-${process.pid}`,
    ...(family && { family }),
  });
  const kubectl = kubectlFor(sandbox.kubectl, sandbox.kubeconfig);
  await kubectl(['apply', '-f', join(HELM, 'crd'), '-f', join(HELM, 'rbac')]);
  await kubectl(['apply', '-f', '-'], list([binding]));
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-test-'));
  const { cluster: admin, close } = await connect({ kubeconfig: sandbox.kubeconfig });
  return {
    sandbox,
    kubectl,
    admin,
    identity: await sandbox.issueKubeconfig(USER),
    folder,
    async down() {
      await close();
      await sandbox.down();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'offshoot-under-test' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'offshoot' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: USER }],
};

/** A control plane for all tests of a file that need no Offshoot. */
export function aClusterForAll(name: string, objects: readonly object[]): () => ProductCluster {
  let cluster: ProductCluster | undefined;
  beforeAll(async () => {
    cluster = await aCluster(name);
    await cluster.kubectl(['apply', '-f', '-'], list(objects));
  });
  afterAll(() => cluster?.down());
  return () => cluster!;
}
