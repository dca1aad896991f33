import { run } from '../../sandbox/base/run.ts';

/** Runs Helm against one namespace of one cluster, with nothing of this machine's own settings; `input` is its standard input. */
export type Helm = (args: readonly string[], input?: string) => Promise<string>;

export function helmFor(program: string, kubeconfig: string, namespace: string): Helm {
  const { PATH, HOME } = process.env;
  return (args, input) =>
    run(program, [...args, `--kubeconfig=${kubeconfig}`, `--namespace=${namespace}`], {
      env: { PATH, HOME },
      ...(input !== undefined && { input }),
    });
}
