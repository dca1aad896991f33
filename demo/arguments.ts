import { parseArgs } from 'node:util';

export interface Arguments {
  readonly once: boolean;
  readonly json: string | undefined;
  readonly keep: boolean;
  readonly inCluster: boolean;
  readonly context: string | undefined;
  readonly hostAddress: string | undefined;
}

export const USAGE = `Usage: npm run demo [-- OPTIONS]

A real Kubernetes on this machine, Offshoot, a git server, and a push of feature/hardy. Stays until Ctrl-C.
With --context it plays in a cluster that is there already, and leaves that as it was.

  --once        play the whole story unattended, to the branch's deletion, and end
  --json FILE   with --once: write what was measured as one JSON document
  --in-cluster  Offshoot from its own image, as the pod that its Helm chart makes, instead of as a process here
  --keep        leave the sandbox up at the end (one that was up before always stays)
  --context NAME          a cluster of your kubeconfig instead (kind, minikube, EKS; needs kubectl)
  --host-address ADDRESS  with --context: the IPv4 address at which its pods reach this machine (kind: found out)
  --help        this

Exit codes: 0 every step held; 1 one did not; 2 wrong arguments; 130 interrupted during --once.`;

/** Reads the command line; undefined is a call for help, an error says what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      'in-cluster': { type: 'boolean', default: false },
      context: { type: 'string' },
      'host-address': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.json !== undefined && !values.once) {
    throw new Error('--json is written by the unattended demo only: add --once');
  }
  const { context, 'host-address': hostAddress } = values;
  if (context === undefined && hostAddress !== undefined)
    throw new Error('--host-address is about a cluster that is there already: add --context');
  if (context !== undefined && values.keep)
    throw new Error('--keep is about the sandbox: a cluster chosen with --context always stays');
  const inCluster = values['in-cluster'];
  if (context !== undefined && inCluster)
    throw new Error('--in-cluster needs the image that the sandbox builds: leave --context out');
  return { once: values.once, json: values.json, keep: values.keep, inCluster, context, hostAddress };
}
