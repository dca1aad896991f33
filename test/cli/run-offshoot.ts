import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface Run {
  ended: Promise<Ended>;
  /** Resolves once its talk holds this text; an Error if it ends before. */
  says(words: string): Promise<void>;
  /** The same of its data. */
  prints(words: string): Promise<void>;
  interrupt(): void;
}

/** The real command, with no more of an environment than the search path. */
export function offshoot(args: readonly string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const heard = (stream: NodeJS.ReadableStream) => {
    let all = '';
    const listeners = new Set<() => void>();
    stream.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      for (const listener of listeners) listener();
    });
    return (words: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (all.includes(words)) resolve();
        };
        listeners.add(look);
        void exit.then((code) =>
          reject(new Error(`ended (${code}) without having said "${words}", but:\n${all}`)),
        );
        look();
      });
  };
  return {
    ended: Promise.all([exit, text(child.stdout), text(child.stderr)]).then(([code, out, err]) => ({
      code,
      out,
      err,
    })),
    says: heard(child.stderr),
    prints: heard(child.stdout),
    interrupt: () => void child.kill('SIGINT'),
  };
}
