import { contested, workloadContested } from './contested.ts';
import { containerTrouble, unschedulable } from './containers.ts';
import { databaseLost, endedPod } from './ended-pods.ts';
import { folderMissing, gitFailing } from './git.ts';
import { refusedPod } from './refused-pod.ts';
import type { Explanation } from '../../../model/explanation.ts';
import type { Why } from './why.ts';
import type { Design } from '../../../plan/api.ts';
import type { Scene } from '../look/scene.ts';

/** What can keep a preview from being healthy; what stands in the way of everything else comes first. */
const whys: readonly [phrase: string, why: Why][] = [
  ['a new database knows nothing of what Airflow wrote into the old one', databaseLost],
  ['somebody keeps changing a Deployment', workloadContested],
  ['no node takes a pod', unschedulable],
  ['a container cannot start, or keeps ending', containerTrouble],
  ['a node put a pod out', endedPod],
  ['git-sync cannot fetch the branch', gitFailing],
  ['the branch has no such DAG folder', folderMissing],
  ['a pod was never made', refusedPod],
  ['somebody keeps changing another object', contested],
];

/** Why the preview is not healthy, from its own pods and their events; undefined while nothing but patience is needed. */
export function explain(scene: Scene, design: Design): Explanation | undefined {
  for (const [, why] of whys) {
    const found = why(scene, design);
    if (found) return found;
  }
  return undefined;
}
