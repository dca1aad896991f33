import { stopProcess } from '../base/stop-process.ts';
import { markedProcesses } from './marked-processes.ts';
import type { Paths, SandboxState } from './state.ts';

/** Ends what `startControlPlane` started; etcd last, because the API server hangs without it. */
export async function stopControlPlane(paths: Paths, { processes }: SandboxState): Promise<void> {
  for (const name of ['kube-controller-manager', 'kube-apiserver', 'etcd']) {
    const record = processes[name];
    if (record) await stopProcess(record, 0); // no grace: its data is thrown away
  }
  for (const record of await markedProcesses(paths.folder)) await stopProcess(record, 0);
}
