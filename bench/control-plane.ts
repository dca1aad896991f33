import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectlFor, list, type Kubectl } from '../demo/kubectl.ts';
import { openKube, type KubeClient } from '../demo/oracle/kube-client.ts';
import { up } from '../sandbox/api.ts';
import { GitHost } from '../test/support/product/git-host.ts';
import { aDagRepository, aNamespace, secretsIn } from '../test/support/product/manifests.ts';
import { startOffshoot, type Offshoot } from '../test/support/product/offshoot.ts';

/** A control plane without a node, with a real Offshoot and a git host beside it: for figures that need no pods. */
export interface Rig {
  readonly offshoot: Offshoot;
  readonly git: GitHost;
  readonly kube: KubeClient;
  /** Offshoot's own identity. */
  readonly kubeconfig: string;
  /** The administrator's. */
  readonly kubectl: Kubectl;
  readonly auditLog: string;
  /** Where webhooks of the one DagRepository go. */
  readonly route: string;
}

const HELM = join(import.meta.dirname, '../helm/offshoot');
/** Who Offshoot is for the API server. */
export const USER = 'offshoot';
export const NAMESPACE = 'team';

/** Sets it up, lets `work` use it, and takes it down whatever happens; `spec` is more of the DagRepository's. */
export async function onControlPlane<T>(
  spec: Record<string, unknown>,
  work: (rig: Rig) => Promise<T>,
): Promise<T> {
  const undo: (() => unknown)[] = [];
  const later = <U>(thing: U, take: (thing: U) => unknown): U => (undo.unshift(() => take(thing)), thing);
  try {
    const sandbox = later(await up({ size: 'control-plane', name: `bench-${process.pid}` }), (it) =>
      it.down(),
    );
    const folder = later(await mkdtemp(join(tmpdir(), 'offshoot-bench-')), (it) =>
      rm(it, { recursive: true }),
    );
    const kubectl = kubectlFor(sandbox.kubectl, sandbox.kubeconfig);
    await kubectl(['apply', '-f', join(HELM, 'crd'), '-f', join(HELM, 'rbac')]);
    await kubectl(['create', 'clusterrolebinding', 'bench', '--clusterrole=offshoot', `--user=${USER}`]);
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    await kubectl(['apply', '-f', '-'], list([aNamespace(NAMESPACE), ...secretsIn(NAMESPACE)]));
    const git = later(await GitHost.start(folder), (it) => it.stop());
    const kubeconfig = await sandbox.issueKubeconfig(USER);
    const offshoot = later(await startOffshoot({ kubeconfig }), (it) => it.stop());
    await kubectl(['apply', '-f', '-'], aDagRepository({ namespace: NAMESPACE, gitUrl: git.url, spec }));
    await kubectl(['wait', '--for=condition=Ready', 'dagrepository/dags', '-n', NAMESPACE, '--timeout=60s']);
    const kube = later(await openKube(sandbox.kubeconfig), (it) => it.close());
    const { auditLog } = sandbox;
    const route = `${offshoot.webhooks}/webhooks/github/${NAMESPACE}/dags`;
    return await work({ offshoot, git, kube, kubeconfig, kubectl, auditLog, route });
  } finally {
    for (const take of undo) await take();
  }
}
