import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAlive, recordOf, type ProcessRecord } from '../sandbox/base/process-identity.ts';
import { stopProcess } from '../sandbox/base/stop-process.ts';
import { until } from './until.ts';

export interface OffshootOptions {
  readonly kubeconfig: string;
  /** Where pods reach this machine: git-sync reports there which commit it fetched. */
  readonly hostAddress: string;
  readonly listenAddress: string;
  readonly reach: 'direct' | 'port-forward';
  readonly ports: { readonly webhook: number; readonly gateway: number; readonly metrics: number };
  readonly slackApiUrl: string;
  readonly logFile: string;
  /** Where the process is recorded, so that a later demo ends what a killed one left running. */
  readonly recordFile: string;
  /** Hears of it when Offshoot ends without having been asked to. */
  readonly onEnd: (how: string) => void;
}

export interface OffshootProcess {
  readonly pid: number;
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');
/** Offshoot ends by itself when asked; longer than its own limits, so that only a hung one is killed. */
const GRACE_MS = 15_000;

/** Starts the product as a user does, as a process of its own that knows only its flags and environment. */
export async function startOffshoot(options: OffshootOptions): Promise<OffshootProcess> {
  const { ports, recordFile } = options;
  await stopRecorded(recordFile);
  const log = openSync(options.logFile, 'a');
  const args = [
    ['--kubeconfig', options.kubeconfig],
    ['--reach', options.reach],
    ['--webhook-listen', `${options.listenAddress}:${ports.webhook}`],
    ['--synced-url', `http://${options.hostAddress}:${ports.webhook}`],
    ['--gateway-listen', `127.0.0.1:${ports.gateway}`],
    ['--metrics-listen', `127.0.0.1:${ports.metrics}`],
    // Killed and started again, it leads at once.
    ['--pod-name', 'demo'],
  ].flat();
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts'), 'serve', ...args], {
    // A group of its own: Ctrl-C is for the demo, which needs Offshoot alive to remove what it made.
    detached: true,
    cwd: ROOT,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, OFFSHOOT_SLACK_API_URL: options.slackApiUrl },
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  child.unref();
  let asked = false;
  child.once('exit', (code, signal) => {
    if (!asked) options.onEnd(`Offshoot exited unexpectedly (${signal ?? `exit code ${code}`}).`);
  });
  const record = recordOf(child.pid!);
  await mkdir(dirname(recordFile), { recursive: true });
  await writeFile(recordFile, JSON.stringify(record ?? null));
  const alive = (): boolean => record !== undefined && isAlive(record);

  return {
    pid: child.pid!,
    ready: (signal) =>
      until(
        'Offshoot to be ready',
        async () => {
          if (!alive()) return { done: false };
          const { status } = await fetch(`http://127.0.0.1:${ports.metrics}/readyz`, { signal });
          return status === 200 ? { done: true } : { yet: `/readyz answers ${status}` };
        },
        { signal },
      ).then((ready) => {
        if (!ready) throw new Error(`Offshoot exited with code ${child.exitCode}; its log is shown below`);
      }),
    stop: async () => {
      asked = true;
      if (record !== undefined) await stopProcess(record, GRACE_MS);
      await rm(recordFile, { force: true });
    },
  };
}

/** Ends the Offshoot that an earlier demo, which was killed, left running. */
export async function stopRecorded(recordFile: string): Promise<void> {
  const text = await readFile(recordFile, 'utf8').catch(() => 'null');
  const record = JSON.parse(text) as ProcessRecord | null;
  if (record !== null) await stopProcess(record, GRACE_MS);
}
