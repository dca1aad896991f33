import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../base/wait.ts';

/** The mount points of all cgroup hierarchies, of version 1 and 2, from the text of /proc/self/mountinfo. */
export function hierarchies(mountinfo: string): string[] {
  const found = mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    return /^cgroup2? /.test(after) ? [before.split(' ')[4]!] : [];
  });
  return [...new Set(found)];
}

const roots = async (group: string) =>
  hierarchies(await readFile('/proc/self/mountinfo', 'utf8')).map((mount) => join(mount, group));

/** Makes the cgroup that all pods live under: kubelet destroys groups it does not know, so it gets a tree of its own. */
export async function makeCgroups(group: string): Promise<void> {
  for (const path of await roots(group)) await mkdir(path, { recursive: true });
}

/** All process ids in the group and below it, in any hierarchy. */
export async function processesIn(group: string): Promise<number[]> {
  const found = new Set<number>();
  for (const root of await roots(group))
    for (const path of await below(root)) {
      const text = await readFile(join(path, 'cgroup.procs'), 'utf8').catch(() => '');
      for (const line of text.split('\n')) if (Number(line) > 0) found.add(Number(line));
    }
  return [...found];
}

/** Removes the group in every hierarchy; a group whose last process has just ended takes a moment to be empty. */
export async function removeCgroups(group: string): Promise<void> {
  for (const root of await roots(group)) {
    const gone = await waitFor(
      async () => {
        for (const path of (await below(root)).reverse()) await rmdir(path).catch(() => undefined);
        return !existsSync(root);
      },
      { timeout: 10_000, interval: 50 },
    );
    if (!gone) throw new Error(`cgroup ${root} cannot be removed: a process in it does not exit`);
  }
}

/** The folder and all below it, parents before children. */
async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return [];
  const found = [folder];
  for (const entry of entries)
    if (entry.isDirectory()) found.push(...(await below(join(folder, entry.name))));
  return found;
}
