import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Runs kubectl against one cluster; gives what it printed, throws with what it complained of. */
export type Kubectl = (args: readonly string[], input?: object) => Promise<string>;

/** Without a kubeconfig, the person's own. `input` is sent to kubectl as JSON on its standard input (for `-f -`): nothing is ever built as a shell string. */
export function kubectlFor(program: string, kubeconfig: string | undefined): Kubectl {
  return async (args, input) => {
    const choice = kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig];
    const child = spawn(program, [...choice, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    child.stdin.on('error', () => undefined); // kubectl may end without reading: its exit code tells
    child.stdin.end(input === undefined ? '' : JSON.stringify(input));
    const [printed, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${complaint.trim() || `exit code ${code}`}`);
    return printed;
  };
}

export function list(items: readonly object[]): object {
  return { apiVersion: 'v1', kind: 'List', items };
}
