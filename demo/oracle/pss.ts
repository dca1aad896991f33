import { readdir, readFile } from 'node:fs/promises';
import type { KubeClient } from './kube-client.ts';

/** Memory of all processes in a namespace's pods, in MiB: pages that several share are counted once, split among them (PSS). */
export async function pss(kube: KubeClient, namespace: string): Promise<number> {
  const { body } = await kube.get(`/api/v1/namespaces/${namespace}/pods`);
  const pods = (body as { items: { metadata: { uid: string } }[] }).items.map(({ metadata }) => metadata.uid);
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const read = (pid: string, file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''); // it may have ended meanwhile
  const shares = await Promise.all(
    pids.map(async (pid) => {
      const cgroup = await read(pid, 'cgroup');
      if (!pods.some((uid) => cgroup.includes(uid))) return 0;
      return Number(/^Pss:\s+(\d+) kB$/m.exec(await read(pid, 'smaps_rollup'))?.[1] ?? 0);
    }),
  );
  const kib = shares.reduce((sum, share) => sum + share, 0);
  if (kib === 0) throw new Error(`no process of a pod of ${namespace} runs on this machine`);
  return Math.round((kib / 1024) * 10) / 10;
}
