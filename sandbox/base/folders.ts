import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** What is worth keeping between runs: built binaries, images, containerd's content. */
export function cacheFolder(env: Env = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'offshoot-sandbox');
}

/** What one run needs and `down` removes, one folder per sandbox below this one. */
export function stateFolder(env: Env = process.env): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'offshoot-sandbox');
}
