import { aboutDisk, podOf } from '../look/pods-of.ts';
import type { Explanation } from '../../../model/explanation.ts';
import type { Warning } from '../../../observe/api.ts';
import type { PodSummary } from '../look/pods.ts';
import type { Why } from './why.ts';

export const databaseLost: Why = ({ outlived }) =>
  outlived && {
    reason: 'DatabaseLost',
    message: `The database's pod was replaced, and its data is gone with it: DAG runs and everything that was set by hand. Airflow (pod ${outlived.name}) restarts with an empty database; no action is needed.`,
  };

/** Nobody has taken its place yet. */
export const endedPod: Why = ({ pods, warnings }) => {
  const pod = lastEnded(pods).find(({ part }) => podOf(pods, part)?.ready !== true);
  return pod && whyEnded(pod, warnings);
};

/** The last of each part that its node ended, newest first. */
export const lastEnded = (pods: readonly PodSummary[]): PodSummary[] =>
  pods.filter((pod) => pod.ended && !pod.deleting).sort((one, other) => other.createdAt - one.createdAt);

/** In the words of its status; a kubelet may forget them there, and has told them as an Event as well. */
export function whyEnded({ name, ended }: PodSummary, warnings: readonly Warning[]): Explanation {
  const eviction = warnings.find(({ reason, about }) => reason === 'Evicted' && about === `Pod/${name}`);
  const words = ended?.message || eviction?.message || ended?.reason || 'no reason given';
  const said = `The node terminated pod ${name}: ${words.trim()}`;
  if (/node was low on resource: memory|out of memory|OutOfmemory/i.test(words))
    return {
      reason: 'OutOfMemory',
      message: `${said} Add memory, or find what is using it. A replacement pod starts automatically.`,
    };
  if (aboutDisk(words))
    return {
      reason: 'DiskFull',
      message: /low on resource|pressure/i.test(words)
        ? `${said} Free disk space on the node. A replacement pod starts automatically.`
        : `${said} The branch writes too much to disk, often from a DAG file when it is parsed: push a commit that does not. A replacement pod starts automatically.`,
    };
  return { reason: 'PodEvicted', message: `${said} A replacement pod starts automatically.` };
}
