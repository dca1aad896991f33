import { status, up } from '../sandbox/api.ts';
import type { Cluster, ClusterChoice } from './cluster.ts';
import { existingCluster } from './existing-cluster.ts';
import { kubectlFor, type Kubectl } from './kubectl.ts';
import { images, names } from './manifests.ts';
import type { Stage } from './world.ts';

const AN_HOUR = 3600;

/** The cluster asked for: one that is there already, or the sandbox's node. */
export async function setUpCluster(stage: Stage, choice: ClusterChoice): Promise<Cluster> {
  const { context, hostAddress, keep } = choice;
  return context === undefined ? sandboxNode(stage, keep) : existingCluster(stage, context, hostAddress);
}

/** Brings up a real Kubernetes with the images of a preview; the very first time everything is built, with progress. */
async function sandboxNode({ steps, narrator, undo, known }: Stage, keep: boolean): Promise<Cluster> {
  const [found] = await status({ name: 'node' });
  // One that was up and well before is somebody's: it stays. A half-dead one is replaced, and then it is ours.
  const stays = keep || (found !== undefined && found.wrong === undefined);
  const sandbox = await steps.step('a real Kubernetes started on this machine', AN_HOUR, async () => {
    const coming = up({ size: 'node', log: narrator.detail });
    if (!stays) {
      const remove = (): Promise<void> =>
        coming.then(
          (there) => there.down(),
          () => undefined,
        );
      undo.add('taking the sandbox down', remove, 600);
    }
    return coming;
  });
  const kubectl = kubectlFor(sandbox.kubectl, sandbox.kubeconfig);
  known.kubectl = kubectl;
  await steps.step('images of Airflow, PostgreSQL and git-sync', AN_HOUR, () =>
    sandbox.addImages(Object.values(images)),
  );
  return {
    kubeconfig: sandbox.kubeconfig,
    program: sandbox.kubectl,
    kubectl,
    stays,
    shared: false,
    hostAddress: sandbox.hostAddress!,
    listenAddress: sandbox.hostAddress!,
    reach: 'direct',
    subject: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: names.identity },
    identity: () => sandbox.issueKubeconfig(names.identity),
    auditLog: sandbox.auditLog,
    sandbox,
  };
}

/** Removes all DagRepositories and Previews of the demo's namespace; a running Offshoot takes their environments away. */
export async function removeRepositories(kubectl: Kubectl): Promise<void> {
  for (const kind of ['dagrepositories', 'previews']) {
    await kubectl([
      'delete',
      `${kind}.offshoot.dev`,
      '--all',
      '--namespace',
      names.namespace,
      '--timeout=120s',
    ]);
  }
}
