import { SandboxError } from '../base/sandbox-error.ts';

/** A node needs a Linux kernel and the rights to make mounts, bridges and cgroups. */
export function checkNodeMachine(platform: string = process.platform, uid = process.getuid?.()): void {
  if (platform !== 'linux')
    throw new SandboxError(
      `a node needs Linux; this is ${platform}`,
      'use a Linux machine or VM, or the API alone: npm run sandbox -- up --size control-plane',
    );
  if (uid !== 0)
    throw new SandboxError(
      `a node makes mounts, a bridge and cgroups, which only root may; this is user ${uid}`,
      'run this as root (sudo -E npm run sandbox -- up), or use the API alone: npm run sandbox -- up --size control-plane',
    );
}
