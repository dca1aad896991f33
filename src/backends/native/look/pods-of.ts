import type { ContainerSummary, PodSummary } from './pods.ts';

/** Neither going nor gone. */
export const alive = (pods: readonly PodSummary[]) => pods.filter((pod) => !pod.deleting && !pod.ended);

export const podOf = (pods: readonly PodSummary[], part: string): PodSummary | undefined =>
  alive(pods).find((pod) => pod.part === part);

export const containerOf = (
  pods: readonly PodSummary[],
  part: string,
  name: string,
): ContainerSummary | undefined => podOf(pods, part)?.containers.find((one) => one.name === name);

const NO_SPACE = /no space left on device|disk quota exceeded|disk[- ]?pressure|ephemeral|emptydir/i;
/** Whether Kubernetes' or the kernel's words are about a disk. */
export const aboutDisk = (words: string) => NO_SPACE.test(words);
