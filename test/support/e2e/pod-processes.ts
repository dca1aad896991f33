import { readdir, readFile } from 'node:fs/promises';
import type { KubeClient } from '../../../demo/oracle/kube-client.ts';

export interface Process {
  readonly pid: number;
  readonly command: string;
  readonly environment: string;
  /** The pod it runs in, by uid; undefined for processes of the machine itself. */
  readonly pod: string | undefined;
}

/** All processes of this machine, as root sees them; pods' processes are among them. */
export async function allProcesses(): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const read = (pid: string, file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''); // it may have ended meanwhile
  return Promise.all(
    pids.map(async (pid) => {
      const [command, environment, cgroups] = await Promise.all(
        ['cmdline', 'environ', 'cgroup'].map((file) => read(pid, file)),
      );
      const pod = /\/pod([0-9a-f]{8}-[0-9a-f-]{27})/.exec(cgroups!)?.[1];
      return { pid: Number(pid), command: command!, environment: environment!, pod };
    }),
  );
}

/** The uids of a namespace's pods. */
export async function podsOf(kube: KubeClient, namespace: string): Promise<ReadonlySet<string>> {
  const { body } = await kube.get(`/api/v1/namespaces/${namespace}/pods`);
  return new Set(
    (body as { items: { metadata: { uid: string } }[] }).items.map(({ metadata }) => metadata.uid),
  );
}

/** The programs, in pods of these uids, that can read a file that holds one of these texts at this path. */
export async function programsThatRead(
  path: string,
  texts: readonly string[],
  pods: ReadonlySet<string>,
): Promise<readonly string[]> {
  const programs = new Set<string>();
  for (const { pid, command, pod } of await allProcesses()) {
    if (pod === undefined || !pods.has(pod)) continue;
    const file = await readFile(`/proc/${pid}/root${path}`, 'utf8').catch(() => '');
    if (texts.some((text) => file.includes(text))) programs.add(command.split('\0')[0]!);
  }
  return [...programs];
}
