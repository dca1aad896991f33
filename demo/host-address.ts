import { execFile } from 'node:child_process';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** This machine's address as the cluster's pods reach it: the one given, or, for kind, the gateway of its Docker network. */
export async function hostAddressFor(context: string, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    if (isIPv4(given)) return given;
    throw new Error(
      `--host-address ${given}: give the IPv4 address at which the cluster's pods reach this machine`,
    );
  }
  const guessed = context.startsWith('kind-') ? await gatewayOfKind() : undefined;
  if (guessed !== undefined) return guessed;
  throw new Error(
    `The cluster's pods must reach the git server on this machine: set its address with --host-address. ` +
      'For kind, that is the gateway of its Docker network (docker network inspect kind); for minikube, the output of ' +
      '`minikube ssh -- getent hosts host.minikube.internal`; for a remote cluster, an address of this machine that the cluster can reach.',
  );
}

/** What to listen on so that the address works: itself, or, where the network translates it, every address. */
export function listenAddressFor(hostAddress: string): string {
  const own = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === hostAddress),
  );
  return own ? hostAddress : '0.0.0.0';
}

async function gatewayOfKind(): Promise<string | undefined> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const { stdout } = await run('docker', ['network', 'inspect', 'kind', '--format', format]).catch(() => ({
    stdout: '',
  }));
  return stdout.split(/\s+/).find((address) => isIPv4(address));
}
