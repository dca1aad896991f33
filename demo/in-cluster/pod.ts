import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from '../kubectl.ts';
import { names } from '../manifests.ts';
import type { Cluster } from '../cluster.ts';

const SELECTED = [`--namespace=${names.namespace}`, '--selector=offshoot.dev/role=operator'];

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

/** Offshoot's one pod. */
export async function offshootPod(kubectl: Kubectl): Promise<Pod> {
  const { items } = JSON.parse(await kubectl(['get', 'pods', ...SELECTED, '--output=json'])) as {
    items: Pod[];
  };
  const [pod] = items;
  if (pod === undefined || items.length > 1) throw new Error(`Offshoot has ${items.length} pods, not one`);
  return pod;
}

/** How often the containers of Offshoot's pod were started again. */
export async function restarts(kubectl: Kubectl): Promise<number> {
  const { status } = await offshootPod(kubectl);
  return (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

export interface FollowedLog {
  /** Waits a moment for the last of it. */
  readonly end: () => Promise<void>;
}

/** Copies what Offshoot's pod says to a file, from its start to its end. */
export function followLog({ kubeconfig, program }: Cluster, file: string): FollowedLog {
  const log = openSync(file, 'a');
  const args = ['--kubeconfig', kubeconfig, 'logs', '--follow', '--tail=-1', ...SELECTED];
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<void>((resolve) =>
    child.once('error', () => resolve()).once('exit', () => resolve()),
  );
  return {
    end: async () => {
      await Promise.race([ended, sleep(5_000)]);
      child.kill();
    },
  };
}

/** Waits until Offshoot's pod is gone. */
export async function podIsGone(kubectl: Kubectl): Promise<void> {
  await kubectl(['wait', '--for=delete', 'pod', ...SELECTED, '--timeout=40s']);
}

/** For a pod that never became ready: its last words. */
export async function keepLastWords(kubectl: Kubectl, file: string): Promise<void> {
  const said = await kubectl(['logs', '--tail=50', '--ignore-errors', ...SELECTED]).catch(String);
  await appendFile(file, said);
}
