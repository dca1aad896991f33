import { readdir, readFile } from 'node:fs/promises';

/** The number that Offshoot's process has on this machine, which is the node of its pod. */
export async function pidOf(podUid: string): Promise<number> {
  const read = (pid: string, file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''); // it may have ended meanwhile
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    if (!(await read(pid, 'cgroup')).includes(podUid)) continue;
    if ((await read(pid, 'cmdline')).startsWith('node\0')) return Number(pid);
  }
  throw new Error(`no process of the pod ${podUid} runs on this machine`);
}
