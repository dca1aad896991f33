import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxError } from '../base/sandbox-error.ts';
import { tryRun } from '../base/run.ts';
import { findProgram } from './packages.ts';

/** What is set here, and what kubelet, kube-proxy and the CNI plugins set by themselves (no value). */
const settings: Readonly<Record<string, string | undefined>> = {
  'net/ipv4/ip_forward': '1',
  'net/bridge/bridge-nf-call-iptables': '1',
  'fs/inotify/max_user_instances': '8192', // two for each pod; 128 is a common default
  'fs/inotify/max_user_watches': '524288',
  'net/ipv4/conf/all/route_localnet': undefined,
  'vm/overcommit_memory': undefined,
  'vm/panic_on_oom': undefined,
  'kernel/panic': undefined,
  'kernel/panic_on_oops': undefined,
  'kernel/keys/root_maxkeys': undefined,
  'kernel/keys/root_maxbytes': undefined,
  'net/netfilter/nf_conntrack_max': undefined,
  'net/netfilter/nf_conntrack_tcp_be_liberal': undefined,
  'net/netfilter/nf_conntrack_tcp_timeout_established': undefined,
  'net/netfilter/nf_conntrack_tcp_timeout_close_wait': undefined,
};

const root = '/proc/sys';
const read = (name: string) =>
  readFile(join(root, name), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

/** Kernel settings as they are now, by name. */
export async function readSysctls(): Promise<Record<string, string>> {
  if (findProgram('modprobe')) await tryRun('modprobe', ['-a', 'br_netfilter', 'overlay']);
  const values = await Promise.all(
    Object.keys(settings).map(async (name) => [name, await read(name)] as const),
  );
  return Object.fromEntries(values.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

export async function setSysctls(): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    const now = await read(name);
    if (now === undefined)
      throw new SandboxError(
        `this kernel has no ${join(root, name)}`,
        'load the module: modprobe br_netfilter (Debian package kmod)',
      );
    if (Number(now) < Number(value)) await writeFile(join(root, name), value);
  }
}

export async function restoreSysctls(before: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(before)) {
    const now = await read(name);
    if (now !== undefined && now !== value) await writeFile(join(root, name), value);
  }
}
