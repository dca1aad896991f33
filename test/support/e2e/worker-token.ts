import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectlFor } from '../../../demo/kubectl.ts';
import type { World } from '../../../demo/world.ts';
import { parse, stringify } from 'yaml';
import { readFile } from 'node:fs/promises';

/** With a real token of the ServiceAccount `worker` of one namespace: which resources of another one it may list. */
export async function refusalsFor(
  { sandbox, kubectl, folder }: World,
  home: string,
  namespace: string,
): Promise<{ asked: number; allowed: readonly string[] }> {
  const token = (await kubectl(['create', 'token', 'worker', '--namespace', home])).trim();
  const file = join(folder, `worker-of-${home}`);
  const config = parse(await readFile(sandbox.kubeconfig, 'utf8')) as {
    users: { name: string; user: object }[];
  };
  for (const user of config.users) user.user = { token };
  await writeFile(file, stringify(config), { mode: 0o600 });
  try {
    const asWorker = kubectlFor(sandbox.kubectl, file);
    const listed = await kubectl(['api-resources', '--namespaced', '--verbs=list', '--output=name']);
    const resources = listed.split('\n').filter((line) => line !== '');
    const allowed: string[] = [];
    for (const resource of resources) {
      await asWorker(['get', resource, '--namespace', namespace]).then(
        () => allowed.push(resource),
        (error: Error) => {
          if (!error.message.includes('(Forbidden)')) throw error;
        },
      );
    }
    return { asked: resources.length, allowed };
  } finally {
    await rm(file);
  }
}
