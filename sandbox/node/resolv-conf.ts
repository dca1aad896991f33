import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../base/atomic-file.ts';
import type { Paths } from '../cluster/state.ts';

/** A resolv.conf for pods: a name server at a loopback address is this machine's own and cannot be reached from a pod. */
export function forPods(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*nameserver\s+(127\.|::1)/.test(line))
    .join('\n');
}

export const hasServer = (text: string) => /^\s*nameserver\s/m.test(text);

/** Writes it for kubelet, which gives it to the cluster's DNS; tells whether names outside the cluster can be asked for. */
export async function writeResolvConf(paths: Paths): Promise<{ path: string; upstream: boolean }> {
  const files = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const text = texts.map(forPods).find(hasServer) ?? '';
  const path = join(paths.config, 'resolv.conf');
  await writeAtomically(path, text, 0o644);
  return { path, upstream: text !== '' };
}
