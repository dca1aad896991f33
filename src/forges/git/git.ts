import { branchFault } from '../../model/branch-name.ts';
import { isSsh } from '../../model/git-url.ts';
import { Problem } from '../../model/problem.ts';
import { userAndPassword } from './credentials.ts';
import { lsRemote } from './ls-remote.ts';
import { gitSource } from './spec.ts';
import type { Answer, CodeHost, Forge, SecretData } from '../api.ts';
import type { GitSpec } from './spec.ts';

const HEADS = 'refs/heads/';
/** A branch whose bytes are not UTF-8 cannot be named in Kubernetes; git's output shows it with this mark. */
const NOT_UTF8 = '\uFFFD';

/** Any git server, seen through `git ls-remote`. */
export const git: Forge<GitSpec> = {
  ...gitSource,
  open: ({ url }, credentials) => codeHost(url, credentials),
  mints: () => false,
  refuse({ url }, credentials) {
    if (isSsh(url)) {
      const missing = ['ssh-privatekey', 'known_hosts'].filter((key) => !credentials[key]?.trim());
      return missing.length ? `lacks ${missing.join(' and ')}, which ${url} needs` : undefined;
    }
    return userAndPassword(credentials) ? undefined : 'lacks the key token, or username and password';
  },
};

function codeHost(url: string, credentials: SecretData | undefined): CodeHost {
  async function listBranches() {
    const refs = await lsRemote(url, credentials, ['HEAD', `${HEADS}*`]);
    if (refs.size === 0) {
      throw new Problem('GitRefused', `${url} lists no branches; an empty answer proves nothing.`);
    }
    const branches = new Map<string, string>();
    for (const [ref, head] of refs) {
      if (ref.startsWith(HEADS) && !ref.includes(NOT_UTF8)) branches.set(ref.slice(HEADS.length), head);
    }
    return branches;
  }

  async function lookUp(branch: string): Promise<Answer> {
    if (branchFault(branch)) return { state: 'absent' };
    const refs = await lsRemote(url, credentials, ['HEAD', HEADS + branch]);
    const head = refs.get(HEADS + branch);
    if (head) return { state: 'exists', head };
    if (refs.has('HEAD')) return { state: 'absent' };
    // The default branch may not exist (a bare repository made with another default): other branches prove as much.
    const now = (await listBranches()).get(branch);
    return now ? { state: 'exists', head: now } : { state: 'absent' };
  }

  return {
    identify: async () => undefined,
    listBranches,
    lookUp,
    cloneCredentials: async () => credentials && { values: credentials },
  };
}
