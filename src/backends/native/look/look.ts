import { AIRFLOW, containersThat, GIT_SYNC, PARTS } from '../parts.ts';
import { explain } from '../why/explain.ts';
import { contested } from '../why/contested.ts';
import { lastEnded, whyEnded } from '../why/ended-pods.ts';
import { gitSaid } from '../why/git.ts';
import { submoduleMissing } from '../why/submodules.ts';
import { milestones } from './milestones.ts';
import { current, sceneOf } from './scene.ts';
import type { Airflows, Part } from '../../../airflow/api.ts';
import type { KubeObject } from '../../../model/object.ts';
import type { Live } from '../../../observe/api.ts';
import type { Design } from '../../../plan/api.ts';
import type { Checkout, Endpoint, Seen, Wanted } from '../../api.ts';
import type { Scene } from './scene.ts';

/** `render` says which pods are of the present design. */
export function createLook(render: (design: Design) => KubeObject[], { dialects, dialectOf }: Airflows) {
  // Where Airflow answers is asked before anybody knows which generation it is.
  const serving = containersThat(
    'serves',
    dialects.flatMap(({ parts }) => parts),
  );
  return (live: Live, wanted?: Wanted): Seen => {
    const scene = sceneOf(live);
    const places = {
      endpoint: endpointOf(live, scene, serving),
      settled: settled(scene),
      checkout: checkoutOf(scene),
    };
    if (!wanted)
      return { ...places, milestones: [], blocking: undefined, remark: undefined, happened: undefined };
    const { design, held } = wanted;
    const now = { ...scene, contested: wanted.contested };
    const { parts } = dialectOf(design.airflow.version);
    return { ...places, ...explained(held ? now : current(now, render(design)), design, parts) };
  };
}

/** Exported for tests. */
export const explained = (
  scene: Scene,
  design: Design,
  parts: readonly Part[],
): Pick<Seen, 'milestones' | 'blocking' | 'remark' | 'happened'> => ({
  milestones: milestones(scene, design, parts),
  blocking: explain(scene, design),
  remark: contested(scene, design) ?? gitSaid(scene, design) ?? submoduleMissing(scene, design),
  happened: evicted(scene),
});

/** A pod that its node ended is kept for a while after another one took its place, so that nobody wonders. */
function evicted({ pods, warnings }: Scene) {
  const [pod] = lastEnded(pods);
  return pod && whyEnded(pod, warnings);
}

function endpointOf(
  { objects }: Live,
  { pods }: Scene,
  containersThatServe: readonly string[],
): Endpoint | undefined {
  const service = objects.get(`Service/${AIRFLOW}`);
  // Before its container runs, nobody answers at its address.
  const serving = pods.some(({ containers }) =>
    containers.some(({ name, running }) => containersThatServe.includes(name) && running),
  );
  return service && { service, serving };
}

/** A part that has no pod at all may have been refused one: only the namespace's warnings tell. */
const settled = ({ pods }: Scene) =>
  PARTS.every((part) => pods.some((pod) => pod.part === part)) &&
  pods.every((pod) => pod.ready && !pod.deleting);

/** The git-sync that runs in the pod of Airflow. */
function checkoutOf({ pods }: Scene): Checkout | undefined {
  for (const { part, deleting, containers, uid, namespace, name } of pods) {
    const run = containers.find((one) => one.name === GIT_SYNC && one.running);
    if (part !== AIRFLOW || deleting || !run) continue;
    return {
      run: `${uid} ${run.startedAt}`,
      ready: run.ready,
      container: { namespace, pod: name, container: GIT_SYNC },
      lookNow: LOOK_NOW,
    };
  }
  return undefined;
}

/** What git-sync takes as "look now"; it is the first process of its container. */
const LOOK_NOW = ['sh', '-c', 'kill -HUP 1'];
