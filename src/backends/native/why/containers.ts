import { aboutDisk, alive } from '../look/pods-of.ts';
import type { Explanation } from '../../../model/explanation.ts';
import type { ContainerSummary, PodSummary } from '../look/pods.ts';
import type { Why } from './why.ts';

const IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]);
const NOT_CREATED = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);
const REFUSED =
  /\b40[13]\b|unauthori[sz]ed|forbidden|denied|authentication required|authorization failed|no basic auth/i;
/** A container may fail once while another part starts; from the second time on it is worth telling, and at once if it left word. */
const TOLD_AFTER_RESTARTS = 2;
/** Who has run for so long since is not what is wrong now. */
const LONG_SINCE_MS = 600_000;
const MAKE_ROOM =
  'Free disk space on the nodes (old images, logs) or add a node; the preview then continues automatically.';

export const unschedulable: Why = ({ pods }) => {
  const pod = alive(pods).find((one) => one.unschedulable !== undefined);
  if (!pod) return undefined;
  const said = `Pod ${pod.name} cannot be scheduled: ${pod.unschedulable}`;
  if (aboutDisk(pod.unschedulable ?? '')) return { reason: 'DiskFull', message: `${said} ${MAKE_ROOM}` };
  return {
    reason: 'PodUnschedulable',
    message: `${said} Make room on the nodes or add one; deleting branches that are no longer needed frees their resources.`,
  };
};

export const containerTrouble: Why = ({ pods, at }) => {
  for (const pod of alive(pods)) {
    for (const one of pod.containers) {
      const found = notStarted(one) ?? (recovered(one, at) ? undefined : ended(pod, one));
      if (found) return found;
    }
  }
  return undefined;
};

const recovered = ({ running, startedAt }: ContainerSummary, at: Date) =>
  running && startedAt !== undefined && at.getTime() - startedAt > LONG_SINCE_MS;

function notStarted({ name, image, waiting }: ContainerSummary): Explanation | undefined {
  if (!waiting) return undefined;
  if (IMAGE.has(waiting.reason)) return imageTrouble(name, image, waiting);
  if (!NOT_CREATED.has(waiting.reason)) return undefined;
  const message = `Container ${name} cannot be created: ${waiting.message}`;
  if (aboutDisk(waiting.message)) return { reason: 'DiskFull', message: `${message} ${MAKE_ROOM}` };
  return { reason: 'ContainerFailed', message };
}

function imageTrouble(name: string, image: string, { reason, message }: { reason: string; message: string }) {
  // Between two tries the kubelet quotes the failure in longer words: the same sentence for both.
  const cause = message.replace(/^Back-off pulling image "[^"]*"(: )?(ErrImagePull: )?/, '') || reason;
  const said = `Cannot pull image ${image} (container ${name}): ${cause.trim()}`;
  if (aboutDisk(cause)) return { reason: 'DiskFull' as const, message: `${said} ${MAKE_ROOM}` };
  if (REFUSED.test(cause.replaceAll(image, '')))
    return {
      reason: 'ImagePullRefused' as const,
      message: `${said} The registry requires credentials that the nodes do not have, or has no such image. Give the nodes access (the kubelet's credential provider), or set an image that they can pull.`,
    };
  return {
    reason: 'ImagePullFailed' as const,
    message: `${said} Correct the image in the DagRepository, or make it available to the nodes.`,
  };
}

function ended(pod: PodSummary, { name, ended: end, restarts }: ContainerSummary): Explanation | undefined {
  if (!end || end.exitCode === 0) return undefined;
  // These are the kubelet's words, and it does not know either.
  const words = end.reason === 'ContainerStatusUnknown' ? '' : end.message.trim();
  if (end.reason === 'OOMKilled' || /exceeded its memory limit|out of memory/i.test(words))
    return {
      reason: 'OutOfMemory',
      message: `Container ${name} of pod ${pod.name} exceeded its memory limit and was killed.${saying(words)} Often a DAG file loads data when it is parsed: move that into a task, which can request more memory (executor_config). The limit in the pod's spec is well above what Airflow itself needs; if the container was below it, the node ran out of memory.`,
    };
  if (!words && restarts < TOLD_AFTER_RESTARTS) return undefined;
  const times = restarts > 1 ? `${restarts} times, last` : 'once,';
  const message = `Container ${name} exited ${times} with code ${end.exitCode}.${saying(words)} See: kubectl logs ${pod.name} -c ${name} --previous`;
  return aboutDisk(words) ? { reason: 'DiskFull', message } : { reason: 'ContainerFailed', message };
}

/** Last words win over what Kubernetes knows. */
const saying = (words: string) => (words ? ` It said: ${words.slice(-300)}` : '');
