import { status, up, type Sandbox } from '../sandbox/api.ts';
import { kubectlFor, type Kubectl } from './kubectl.ts';
import { images, names } from './manifests.ts';
import type { Stage } from './world.ts';

export interface Cluster {
  readonly sandbox: Sandbox;
  readonly kubectl: Kubectl;
  /** Whether what is made inside has to be removed, because the cluster stays. */
  readonly stays: boolean;
}

const AN_HOUR = 3600;

/** Brings up a real Kubernetes with the images of a preview; the very first time everything is built, with progress. */
export async function setUpCluster(
  { steps, narrator, undo, known }: Stage,
  { keep }: { keep: boolean },
): Promise<Cluster> {
  const [found] = await status({ name: 'node' });
  // One that was up and well before is somebody's: it stays. A half-dead one is replaced, and then it is ours.
  const stays = keep || (found !== undefined && found.wrong === undefined);
  const sandbox = await steps.step('a real Kubernetes on this machine', AN_HOUR, async () => {
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
  return { sandbox, kubectl, stays };
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
