import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SandboxError } from '../base/sandbox-error.ts';
import { tryRun } from '../base/run.ts';

/** A program that is taken from the distribution, and the Debian package that has it. */
export interface Needed {
  program: string;
  package: string;
}

const controlPlane: readonly Needed[] = [{ program: 'openssl', package: 'openssl' }];

const node: readonly Needed[] = [
  ...controlPlane,
  { program: 'containerd', package: 'containerd' },
  { program: 'ctr', package: 'containerd' },
  { program: 'runc', package: 'runc' },
  { program: 'conntrack', package: 'conntrack' },
  { program: 'iptables', package: 'iptables' },
  { program: 'nft', package: 'nftables' },
  { program: 'ip', package: 'iproute2' },
  { program: 'mount', package: 'mount' },
  { program: 'unshare', package: 'util-linux' },
  { program: 'nsenter', package: 'util-linux' },
];

export const packagesFor = (size: 'control-plane' | 'node') => (size === 'node' ? node : controlPlane);

/** Programs for administrators are not on every user's PATH. */
const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];

export function findProgram(name: string): string | undefined {
  return folders()
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Where the distribution keeps the CNI plugins. */
export function cniFolder(): string | undefined {
  return ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'].find((path) =>
    existsSync(join(path, 'bridge')),
  );
}

function missingPackages(needed: readonly Needed[]): string[] {
  const missing = needed.filter(({ program }) => !findProgram(program)).map((one) => one.package);
  if (needed === node && !cniFolder()) missing.push('containernetworking-plugins');
  return [...new Set(missing)];
}

/** Installs what is missing when this is root on Debian; otherwise the error says the command that does. */
export async function ensurePackages(needed: readonly Needed[], log: (line: string) => void): Promise<void> {
  const missing = missingPackages(needed);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const command = `apt-get update && apt-get ${install.join(' ')}`;
  const what = `missing on this machine: ${missing.join(', ')} (names of Debian packages)`;
  if (!findProgram('apt-get'))
    throw new SandboxError(what, 'install them with this system’s package manager, then run this again');
  if (process.getuid?.() !== 0) throw new SandboxError(what, `run as root: ${command}`);
  log(`${what}; installing them: ${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], install]) {
    const { code, stderr, stdout } = await tryRun('apt-get', args, { env });
    if (code === 0) continue;
    const said = (stderr.trim() || stdout.trim()).split('\n').slice(-6).join('\n  ');
    throw new SandboxError(
      `apt-get ${args.join(' ')} failed:\n  ${said}`,
      `make this work, as root: ${command}`,
    );
  }
  const still = missingPackages(needed);
  if (still.length > 0)
    throw new SandboxError(`still missing: ${still.join(', ')}`, `run as root: ${command}`);
}
