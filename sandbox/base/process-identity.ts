import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** A process as it was when recorded. Numbers are used again, so `started` tells whether it is still the same one. */
export interface ProcessRecord {
  pid: number;
  started: string;
}

/** State and start time from the text of `/proc/<pid>/stat`; the program's name may hold spaces and parentheses. */
export function parseStat(stat: string): { state: string; startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}

/** What tells this process from an earlier or later one of the same number; undefined when it has ended (zombies have). */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const { state, startTicks } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      if (state === 'Z' || state === 'X') return undefined;
      // Ticks count from boot: without the boot's id a process of an earlier boot could look alive.
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
    }
  } catch {
    return undefined;
  }
  const answer = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() || undefined : undefined;
}

export function recordOf(pid: number): ProcessRecord | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isAlive(record: ProcessRecord): boolean {
  return startOf(record.pid) === record.started;
}
