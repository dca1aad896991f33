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

Starts a real Kubernetes on this machine, Offshoot and a git server, and pushes feature/hardy. Runs until Ctrl-C.
With --context it uses an existing cluster, and leaves it as it was.

  --once        run the whole story unattended, through the deletion of the branch, then exit
  --json FILE   with --once: write the measurements as one JSON document
  --in-cluster  run Offshoot from its own image, installed with its Helm chart, instead of as a local process
  --keep        leave the sandbox running at the end (one that was already running always stays)
  --context NAME          use a cluster from your kubeconfig instead (kind, minikube, EKS; needs kubectl)
  --host-address ADDRESS  with --context: the IPv4 address at which its pods reach this machine (kind: detected)
  --help        show this help

Exit codes: 0 every step succeeded; 1 a step failed; 2 invalid arguments; 130 interrupted during --once.`;

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
    throw new Error('--json requires the unattended demo: add --once');
  }
  const { context, 'host-address': hostAddress } = values;
  if (context === undefined && hostAddress !== undefined)
    throw new Error('--host-address applies only to an existing cluster: add --context');
  if (context !== undefined && values.keep)
    throw new Error('--keep applies only to the sandbox; a cluster selected with --context always stays');
  const inCluster = values['in-cluster'];
  if (context !== undefined && inCluster)
    throw new Error('--in-cluster needs the image that only the sandbox builds: leave --context out');
  return { once: values.once, json: values.json, keep: values.keep, inCluster, context, hostAddress };
}
