import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Cluster } from './cluster.ts';
import { hostAddressFor, listenAddressFor } from './host-address.ts';
import { kubectlFor } from './kubectl.ts';
import { names } from './manifests.ts';
import type { Stage } from './world.ts';

/** A cluster that somebody runs (kind, minikube, EKS, …), by the context of the person's own kubeconfig. It is left as it was. */
export async function existingCluster(
  { steps, folder, known }: Stage,
  context: string,
  givenAddress: string | undefined,
): Promise<Cluster> {
  const hostAddress = await hostAddressFor(context, givenAddress);
  const kubeconfig = join(folder, 'kubeconfig');
  const program = 'kubectl';
  const kubectl = kubectlFor(program, kubeconfig);
  await steps.step(`the cluster of context ${context} answers`, 30, async () => {
    // That context alone, certificates included: whatever we start sees no other cluster.
    const view = ['config', 'view', '--raw', '--minify', '--flatten', '--context', context];
    const own = await kubectlFor(program, undefined)(view).catch(explain);
    await writeFile(kubeconfig, own, { mode: 0o600 });
    await kubectl(['get', '--raw', '/readyz', '--request-timeout=10s']);
  });
  known.kubectl = kubectl;
  return {
    kubeconfig,
    program,
    kubectl,
    stays: true,
    shared: true,
    hostAddress,
    listenAddress: listenAddressFor(hostAddress),
    reach: 'port-forward',
    subject: { kind: 'ServiceAccount', name: names.identity, namespace: names.namespace },
    identity: async () => {
      const create = ['create', 'token', names.identity, '--namespace', names.namespace, '--duration=12h'];
      const token = (await kubectl(create)).trim();
      const config = parse(await readFile(kubeconfig, 'utf8')) as { users: { user: object }[] };
      for (const user of config.users) user.user = { token };
      const file = join(folder, 'offshoot.kubeconfig');
      await writeFile(file, stringify(config), { mode: 0o600 });
      return file;
    },
    auditLog: undefined,
    sandbox: undefined,
  };
}

async function explain(error: Error & { code?: string }): Promise<never> {
  if (error.code === 'ENOENT') throw new Error('--context needs kubectl on the PATH', { cause: error });
  const contexts = await kubectlFor(
    'kubectl',
    undefined,
  )(['config', 'get-contexts', '--output=name']).catch(() => '');
  const known = contexts.trim().split('\n').join(', ') || '(none)';
  throw new Error(`${error.message}; the contexts in your kubeconfig are: ${known}`, { cause: error });
}
