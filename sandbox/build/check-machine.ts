import { mkdir, statfs } from 'node:fs/promises';
import { SandboxError } from '../base/sandbox-error.ts';
import { tryRun } from '../base/run.ts';

const needed = 8 * 1024 ** 3;

/** What a build needs of the machine: a Go that can fetch its own newer version (≥ 1.21), and room. */
export async function checkMachine(folder: string): Promise<void> {
  const { code, stdout } = await tryRun('go', ['version']);
  const minor = Number(stdout.match(/go1\.(\d+)/)?.[1] ?? 0);
  if (code !== 0 || minor < 21)
    throw new SandboxError(
      code === 0 ? `${stdout.trim()} is too old to build Kubernetes` : 'there is no "go" in PATH',
      'install Go 1.26 or newer from https://go.dev/dl and put its bin folder into PATH (Debian 12 has only 1.19)',
    );
  const places = (await tryRun('go', ['env', 'GOCACHE', 'GOMODCACHE'])).stdout.trim().split('\n');
  for (const place of [folder, ...places.filter(Boolean)]) {
    await mkdir(place, { recursive: true });
    const { bavail, bsize } = await statfs(place);
    if (bavail * bsize < needed)
      throw new SandboxError(
        `only ${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB are free at ${place}; the first build needs 8`,
        'free some space there, or point XDG_CACHE_HOME, GOCACHE and GOMODCACHE to a larger disk',
      );
  }
}
