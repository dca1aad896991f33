import { readFile } from 'node:fs/promises';

/** Resident memory of a process in MiB, as the kernel counts it. */
export async function memory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status has no VmRSS: the process has exited.`);
  return Math.round((Number(kib) / 1024) * 10) / 10;
}
