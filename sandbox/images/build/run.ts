import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets every line the program says on either stream. */
  readonly log?: (line: string) => void;
  /** Written to the program's standard input. */
  readonly input?: string;
}

const KEPT_LINES = 15;

/**
 * Runs a program at low priority (a build must not slow a running cluster) and gives its standard output.
 * Rejects with the last lines it said when it fails.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('nice', ['-n', '10', program, ...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    const said: string[] = [];
    const hear = (line: string): void => {
      said.push(line);
      if (said.length > KEPT_LINES) said.shift();
      options.log?.(line);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      hear(line);
    });
    createInterface({ input: child.stderr }).on('line', hear);
    child.stdin.on('error', () => {}); // the program need not read all of its input
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output.join('\n'));
      const end = code === null ? `was ended by ${signal}` : `failed with exit code ${code}`;
      reject(new Error(`${program} ${args.join(' ')} ${end}; its last output:\n  ${said.join('\n  ')}`));
    });
  });
}
