import { join } from 'node:path';
import { readJson, writeAtomically } from '../../base/atomic-file.ts';
import { cacheFolder } from '../../base/folders.ts';
import type { Ctr } from '../ctr.ts';

/** Until when a registry that did not answer is not asked again, by its host. */
type Unreachable = Record<string, string>;

const patience = 5_000;
const memory = 60 * 60_000;

/** Pulls an image if its registry answers at all; the answer is remembered for an hour when it does not. */
export async function pull(ctr: Ctr, name: string, log: (line: string) => void): Promise<boolean> {
  const host = registryOf(name);
  const file = join(cacheFolder(), 'unreachable-registries.json');
  const unreachable = (await readJson<Unreachable>(file)) ?? {};
  if (Date.parse(unreachable[host] ?? '') > Date.now()) return false;
  if (!(await answers(host))) {
    log(`${host} does not answer within ${patience / 1000} s: its images are built here instead`);
    unreachable[host] = new Date(Date.now() + memory).toISOString();
    await writeAtomically(file, JSON.stringify(unreachable));
    return false;
  }
  log(`pulling ${name}`);
  try {
    await ctr('images', 'pull', name);
    return true;
  } catch (error) {
    log(`cannot pull ${name}: ${(error as Error).message.split('\n').at(-1)}`);
    return false;
  }
}

/** The host that serves a fully qualified image name; docker.io is only the name of its registry. */
export function registryOf(name: string): string {
  const host = name.split('/')[0]!;
  return host === 'docker.io' ? `registry-1.${host}` : host;
}

/** Any answer will do: most registries say 401 to somebody they do not know. */
async function answers(host: string): Promise<boolean> {
  try {
    await fetch(`https://${host}/v2/`, { signal: AbortSignal.timeout(patience), redirect: 'manual' });
    return true;
  } catch {
    return false;
  }
}
