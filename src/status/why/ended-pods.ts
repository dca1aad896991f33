import { aboutDisk, podOf } from './pods.ts';
import type { Explanation, Why } from '../explain.ts';
import type { PodSummary, Warning } from '../../observe/api.ts';

export const databaseLost: Why = ({ outlived }) =>
  outlived && {
    reason: 'DatabaseLost',
    message: `The database's pod was replaced, and a preview's data lives as long as that pod: runs and whatever was set by hand are gone. Airflow (pod ${outlived.name}) starts anew with an empty database; nothing needs to be done.`,
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
  const words = ended?.message || eviction?.message || ended?.reason || 'it did not say why';
  const said = `The node ended pod ${name}: ${words.trim()}`;
  if (/node was low on resource: memory|out of memory|OutOfmemory/i.test(words))
    return {
      reason: 'OutOfMemory',
      message: `${said} Give the nodes more memory, or find what eats it. A new pod is made by itself.`,
    };
  if (aboutDisk(words))
    return {
      reason: 'DiskFull',
      message: /low on resource|pressure/i.test(words)
        ? `${said} Make room on the node's disk. A new pod is made by itself.`
        : `${said} Something in the branch writes too much to disk, often a DAG file when it is parsed: push a commit that does not. A new pod is made by itself.`,
    };
  return { reason: 'PodEvicted', message: `${said} A new pod is made by itself.` };
}
