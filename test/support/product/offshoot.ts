import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';

export interface OffshootOptions {
  readonly kubeconfig: string;
  readonly slackApiUrl?: string;
  /** Started again under the same name, it leads at once, as in a pod whose container is restarted. */
  readonly podName?: string;
  /** More flags of `serve`. */
  readonly flags?: readonly string[];
}

/** One line of Offshoot's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The product as a process of its own, as a user runs it. */
export interface Offshoot {
  readonly pid: number;
  readonly webhooks: string;
  readonly gateway: string;
  readonly metrics: string;
  /** Its log so far, and anything else it printed as lines of level 0. */
  readonly log: readonly LogLine[];
  /** As the kernel does: no warning, no last word. */
  kill(): Promise<void>;
  /** As a platform does: SIGTERM. Gives the exit code. */
  stop(): Promise<number | null>;
}

const ROOT = join(import.meta.dirname, '../../..');

/** Starts `offshoot serve` on free ports, without waiting for it: a caller that holds its requests back may want to do so. */
export function launchOffshoot({
  kubeconfig,
  slackApiUrl,
  podName = 'offshoot-0',
  flags: more = [],
}: OffshootOptions) {
  const everywhere = ['webhook', 'gateway', 'metrics'].flatMap((one) => [`--${one}-listen`, '127.0.0.1:0']);
  // Nothing answers there: an address that pods would reach, of a private range.
  const pod = ['--pod-name', podName, '--synced-url', 'http://10.0.0.1:8080'];
  const flags = ['--kubeconfig', kubeconfig, ...everywhere, ...pod, ...more];
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'serve', ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      // Some tests start it dozens of times.
      NODE_COMPILE_CACHE: join(dirname(kubeconfig), 'compile-cache'),
      ...(slackApiUrl && { OFFSHOOT_SLACK_API_URL: slackApiUrl }),
    },
  });
  const log: LogLine[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  const ready = new Promise<LogLine>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => {
        const line = parse(text);
        log.push(line);
        if (line.msg === 'Offshoot is ready') resolve(line);
      });
    }
    void ended.then((code) =>
      reject(
        new Error(`Offshoot ended (${code}) before it was ready:\n${log.map(({ msg }) => msg).join('\n')}`),
      ),
    );
  });
  ready.catch(() => undefined);
  const url = (line: LogLine, name: string) => `http://127.0.0.1:${(line[name] as { port: number }).port}`;
  return {
    kill: () => end('SIGKILL').then(() => undefined),
    async ready(): Promise<Offshoot> {
      const line = await ready;
      return {
        pid: child.pid!,
        webhooks: url(line, 'webhooks'),
        gateway: url(line, 'gateway'),
        metrics: url(line, 'metrics'),
        log,
        kill: () => end('SIGKILL').then(() => undefined),
        stop: () => end('SIGTERM'),
      };
    },
  };
}

export const startOffshoot = (options: OffshootOptions): Promise<Offshoot> => launchOffshoot(options).ready();

function parse(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: 0, msg: text };
  }
}
