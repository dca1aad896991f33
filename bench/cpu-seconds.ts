import { readFile } from 'node:fs/promises';

/** The unit in which the kernel reports processor time: on Linux, always this. */
const TICKS_A_SECOND = 100;

/** The processor time that a process and its threads have used so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
