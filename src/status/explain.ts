import { seeDags } from '../model/containers.ts';
import type { ContainerSummary, Observed, PodSummary } from '../observe/api.ts';
import type { Reason } from '../model/reasons.ts';

export interface Explanation {
  reason: Reason;
  /** What is wrong, where, and what to do. */
  message: string;
}

const IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);
/** A container may fail once while another part starts; from the second time on it is worth telling. */
const TOLD_AFTER_RESTARTS = 2;
/** How long git-sync may take before it counts as failing. */
const GIT_PATIENCE_MS = 20_000;

/** Why the preview is not healthy, from its own pods and their events; undefined while nothing but patience is needed. */
export function explain(
  observed: Observed,
  branch: string,
  dagsFolder: string,
  now: Date,
): Explanation | undefined {
  const pods = observed.pods.filter((pod) => !pod.deleting);
  for (const pod of pods) {
    const found =
      unschedulable(pod) ?? pod.containers.map((one) => container(pod, one)).find((one) => one !== undefined);
    if (found) return found;
  }
  return git(pods, now) ?? folder(observed, pods, branch, dagsFolder) ?? refusedPod(observed, pods);
}

function unschedulable(pod: PodSummary): Explanation | undefined {
  if (pod.unschedulable === undefined) return undefined;
  return { reason: 'PodUnschedulable', message: `No node takes pod ${pod.name}: ${pod.unschedulable}` };
}

function container(
  pod: PodSummary,
  { name, image, waiting, ended, restarts }: ContainerSummary,
): Explanation | undefined {
  if (waiting && IMAGE.has(waiting.reason)) {
    return {
      reason: 'ImagePullFailed',
      message: `Image ${image} of container ${name} cannot be had (${waiting.reason}): ${waiting.message} Correct the image in the DagRepository, or make it pullable.`,
    };
  }
  if (waiting?.reason === 'CreateContainerConfigError' || waiting?.reason === 'CreateContainerError') {
    return { reason: 'ContainerFailed', message: `Container ${name} cannot be created: ${waiting.message}` };
  }
  if (ended?.reason === 'OOMKilled') {
    return {
      reason: 'OutOfMemory',
      message: `Container ${name} of pod ${pod.name} was killed because it used more memory than it may.`,
    };
  }
  if (ended && ended.exitCode !== 0 && restarts >= TOLD_AFTER_RESTARTS) {
    const said = ended.message ? ` It said: ${ended.message.trim().slice(-300)}` : '';
    return {
      reason: 'ContainerFailed',
      message: `Container ${name} exited ${restarts} times, last with code ${ended.exitCode}.${said} See: kubectl logs ${pod.name} -c ${name} --previous`,
    };
  }
  return undefined;
}

const part = (pods: readonly PodSummary[], pod: string, name: string) =>
  pods.find((one) => one.part === pod)?.containers.find((one) => one.name === name);

function git(pods: readonly PodSummary[], now: Date): Explanation | undefined {
  const sync = part(pods, 'airflow', 'git-sync');
  if (!sync?.running || sync.ready || now.getTime() - (sync.startedAt ?? now.getTime()) < GIT_PATIENCE_MS)
    return undefined;
  return {
    reason: 'GitUnreachable',
    message:
      'git-sync inside the preview cannot fetch the branch. See its log (kubectl logs -c git-sync): is the git host reachable from pods, and are the credentials right?',
  };
}

/** A probe lists the DAG folder, and says so in an event when it is not there. */
function folder(
  observed: Observed,
  pods: readonly PodSummary[],
  branch: string,
  dagsFolder: string,
): Explanation | undefined {
  const processor = seeDags.map((name) => part(pods, 'airflow', name)).find((one) => one !== undefined);
  if (!processor?.running || processor.ready || !part(pods, 'airflow', 'git-sync')?.ready) return undefined;
  const said = observed.warnings.some(
    ({ reason, message }) => reason === 'Unhealthy' && message.includes('No such file or directory'),
  );
  if (!said) return undefined;
  return {
    reason: 'DagsFolderMissing',
    message: `Branch ${branch} has no folder ${dagsFolder}. Push one, or change spec.code.dagsFolder of the DagRepository.`,
  };
}

/** A pod that was never made leaves only an event on its ReplicaSet. */
function refusedPod(observed: Observed, pods: readonly PodSummary[]): Explanation | undefined {
  const missing = ['airflow', 'postgres'].some((name) => !pods.some((pod) => pod.part === name));
  const refusal = missing && observed.warnings.find(({ reason }) => reason === 'FailedCreate');
  if (!refusal) return undefined;
  if (refusal.message.includes('exceeded quota')) {
    return {
      reason: 'QuotaExceeded',
      message: `A pod does not fit the quota: ${refusal.message} Raise spec.quota of the DagRepository.`,
    };
  }
  return { reason: 'Refused', message: `A pod was refused: ${refusal.message}` };
}
