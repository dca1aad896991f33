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

/** As many as the chart makes. */
export const REPLICAS = 2;

/** Offshoot's pods. */
async function offshootPods(kubectl: Kubectl): Promise<Pod[]> {
  const { items } = JSON.parse(await kubectl(['get', 'pods', ...SELECTED, '--output=json'])) as {
    items: Pod[];
  };
  if (items.length !== REPLICAS) throw new Error(`Offshoot has ${items.length} pods, not ${REPLICAS}`);
  return items;
}

/** The one that holds the Lease: it alone reconciles. */
export async function leaderPod(kubectl: Kubectl): Promise<Pod> {
  const path = '--output=jsonpath={.spec.holderIdentity}';
  const holder = await kubectl(['get', 'lease', 'offshoot', `--namespace=${names.namespace}`, path]);
  const pod = (await offshootPods(kubectl)).find(({ metadata }) => holder.startsWith(`${metadata.name}_`));
  if (pod === undefined) throw new Error(`none of Offshoot's pods leads; ${holder} does`);
  return pod;
}

/** How often the containers of Offshoot's pods were started again. */
export async function restarts(kubectl: Kubectl): Promise<number> {
  const containers = (await offshootPods(kubectl)).flatMap(({ status }) => status.containerStatuses ?? []);
  return containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

export interface FollowedLog {
  /** Waits a moment for the last of it. */
  readonly end: () => Promise<void>;
}

/** Copies what Offshoot's pods say to a file, from its start to its end. */
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

/** Waits until Offshoot's pods are gone. */
export async function podIsGone(kubectl: Kubectl): Promise<void> {
  await kubectl(['wait', '--for=delete', 'pod', ...SELECTED, '--timeout=40s']);
}

/** For a pod that never became ready: its last words. */
export async function keepLastWords(kubectl: Kubectl, file: string): Promise<void> {
  const said = await kubectl(['logs', '--tail=50', '--ignore-errors', ...SELECTED]).catch(String);
  await appendFile(file, said);
}
