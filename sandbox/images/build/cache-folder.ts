import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the sandbox keeps what takes long to make: `offshoot-sandbox` in the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'offshoot-sandbox');
}
