import { execFile } from 'node:child_process';

export interface RunOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  input?: string;
  /** Milliseconds; none by default. */
  timeout?: number;
}

export interface RunResult {
  code: number | string;
  stdout: string;
  stderr: string;
}

/** Runs a program with an argument vector, never a shell; an exit code other than 0 is a result, not an exception. */
export function tryRun(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      {
        env: options.env ?? process.env,
        cwd: options.cwd,
        timeout: options.timeout,
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => resolve({ code: error ? (error.code ?? 'killed') : 0, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined); // it may exit without reading: its exit code tells
    child.stdin?.end(options.input);
  });
}

/** Like `tryRun`, but anything other than exit code 0 is an error that carries what the program said. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryRun(file, args, options);
  if (result.code === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-15).join('\n');
  throw new Error(`${[file, ...args].join(' ')} failed (${result.code}): ${said}`);
}
