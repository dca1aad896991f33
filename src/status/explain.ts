import { contested, workloadContested } from './why/contested.ts';
import { containerTrouble, unschedulable } from './why/containers.ts';
import { databaseLost, endedPod } from './why/ended-pods.ts';
import { folderMissing, gitFailing } from './why/git.ts';
import { refusedPod } from './why/refused-pod.ts';
import type { Contested } from '../model/contested.ts';
import type { Observed } from '../observe/api.ts';
import type { Reason } from '../model/reasons.ts';
import type { Design } from '../plan/api.ts';

export interface Explanation {
  reason: Reason;
  /** What is wrong, where, and what to do. */
  message: string;
}

export type Why = (
  observed: Observed,
  design: Design,
  contested: readonly Contested[],
) => Explanation | undefined;

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
export function explain(...facts: Parameters<Why>): Explanation | undefined {
  for (const [, why] of whys) {
    const found = why(...facts);
    if (found) return found;
  }
  return undefined;
}
