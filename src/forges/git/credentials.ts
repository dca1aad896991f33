import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSsh } from '../../model/git-url.ts';
import type { SecretData } from '../api.ts';

/** What git needs in its environment to use the credentials: files that only we can read, never an argument or a URL. */
export interface GitAccess {
  env: Record<string, string>;
  askpass: boolean;
  dir: string;
}

/** Folders carry the process id, so that what a killed Offshoot left can be told from what another one uses. */
const FOLDER = 'offshoot-git-';

/** Removes the credentials that an Offshoot laid out and could not take away again because it was killed. Call it before any git runs. */
export async function sweepCredentials(folder = tmpdir()): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^offshoot-git-(\d+)-/.exec(name)?.[1] ?? NaN);
    // In a container, the one before had the same process id.
    if (pid === process.pid || isGone(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isGone(pid: number): boolean {
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Runs `use` with the credentials laid out in a folder of its own, which is gone afterwards. */
export async function withCredentials<T>(
  url: string,
  credentials: SecretData | undefined,
  use: (access: GitAccess) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  try {
    return await use({ dir, ...(await layOut(dir, url, credentials)) });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const PROGRAMS = '/usr/local/bin:/usr/bin:/bin';
/** A host that goes on listing refs must not take all of our memory: half a GiB is enough for a million of them. */
const BOUNDED_GIT = `#!/bin/sh
ulimit -v 524288 2>/dev/null
PATH=${PROGRAMS}
exec git "$@"
`;

async function layOut(dir: string, url: string, credentials: SecretData | undefined) {
  const file = (name: string, text: string, mode: number) => writeFile(join(dir, name), text, { mode });
  await file('git', BOUNDED_GIT, 0o700);
  const env: Record<string, string> = {
    PATH: `${dir}:${PROGRAMS}`,
    HOME: dir,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'ssh:https:http:git',
  };
  if (isSsh(url)) {
    await file('key', `${credentials?.['ssh-privatekey']?.trim() ?? ''}\n`, 0o600);
    await file('known_hosts', `${credentials?.['known_hosts']?.trim() ?? ''}\n`, 0o600);
    env['GIT_SSH_COMMAND'] =
      `ssh -F /dev/null -i ${join(dir, 'key')} -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o UserKnownHostsFile=${join(dir, 'known_hosts')}`;
    return { env, askpass: false };
  }
  const login = userAndPassword(credentials);
  if (!login) return { env, askpass: false };
  await file('username', login.username, 0o600);
  await file('password', login.password, 0o600);
  await file(
    'askpass',
    `#!/bin/sh\ncase "$1" in Username*) cat "$HOME/username" ;; *) cat "$HOME/password" ;; esac\n`,
    0o700,
  );
  env['GIT_ASKPASS'] = join(dir, 'askpass');
  return { env, askpass: true };
}

/** A token alone goes with a user name that the common hosts accept beside any token. */
export function userAndPassword(
  credentials: SecretData | undefined,
): { username: string; password: string } | undefined {
  const password = (credentials?.['token'] ?? credentials?.['password'])?.trim();
  if (!password) return undefined;
  return { username: credentials?.['username']?.trim() || 'x-access-token', password };
}
