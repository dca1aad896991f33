import type { World } from '../../../demo/world.ts';

/** Every container's log of a namespace's pods, by `pod container`. A pod that went away meanwhile, as finished tasks do, is left out. */
export async function logsOf({ kubectl }: World, namespace: string): Promise<ReadonlyMap<string, string>> {
  const shown =
    'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.initContainers[*].name}{" "}{.spec.containers[*].name}{"\\n"}{end}';
  const pods = (await kubectl(['get', 'pods', '--namespace', namespace, '--output', shown])).split('\n');
  const logs = new Map<string, string>();
  for (const [pod, ...containers] of pods
    .filter((line) => line !== '')
    .map((line) => line.trim().split(/ +/))) {
    for (const container of containers) {
      const log = await kubectl(['logs', pod!, '--namespace', namespace, '--container', container]).catch(
        (error: Error) => {
          if (error.message.includes(`pods "${pod}" not found`)) return undefined;
          throw error;
        },
      );
      if (log !== undefined) logs.set(`${pod} ${container}`, log);
    }
  }
  return logs;
}

/** What the worker pods that are there right now have logged, each line with pod and container before it. */
export function logsOfWorkers({ kubectl }: World, namespace: string): Promise<string> {
  const which = ['--namespace', namespace, '--selector=kubernetes_executor=True', '--all-containers'];
  const all = ['--prefix', '--tail=-1', '--max-log-requests=60', '--ignore-errors'];
  return kubectl(['logs', ...which, ...all]);
}
