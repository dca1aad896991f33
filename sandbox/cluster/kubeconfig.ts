import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../base/atomic-file.ts';
import type { Certificate } from './pki.ts';

const base64 = async (path: string) => (await readFile(path)).toString('base64');

/** Writes a kubeconfig that carries its certificates inside, so that it can be copied and outlives a moved folder. */
export async function writeKubeconfig(
  path: string,
  {
    name,
    server,
    ca,
    user,
    client,
  }: { name: string; server: string; ca: string; user: string; client: Certificate },
): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': await base64(ca) } }],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': await base64(client.cert),
          'client-key-data': await base64(client.key),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  };
  await writeAtomically(path, `${JSON.stringify(config, null, 2)}\n`); // JSON is YAML
}
