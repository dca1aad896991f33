import { branchFault } from '../../model/branch-name.ts';
import { isSsh } from '../../model/git-url.ts';
import { Problem } from '../../model/problem.ts';
import { userAndPassword } from './credentials.ts';
import { isElsewhere } from './elsewhere.ts';
import { lsRemoteHeads } from './ls-remote.ts';
import { gitSource } from './spec.ts';
import type { Proxy } from '../../model/proxy.ts';
import type { Answer, CodeHost, Forge, SecretData } from '../api.ts';
import type { GitSpec } from './spec.ts';

const HEADS = 'refs/heads/';
/** A branch whose bytes are not UTF-8 cannot be named in Kubernetes; git's output shows it with this mark. */
const NOT_UTF8 = '\uFFFD';

/** Any git server, seen through `git ls-remote`, and through a proxy where there is one. */
export const createGit = (proxy?: Proxy): Forge<GitSpec> => ({
  ...gitSource,
  open: ({ url }, credentials) =>
    codeHost(url, () => lsRemoteHeads(url, { credentials, proxy }), credentials),
  mints: () => false,
  isElsewhere: ({ url }, { urls }) => isElsewhere(url, urls),
  refuse({ url }, credentials) {
    if (isSsh(url)) {
      const missing = ['ssh-privatekey', 'known_hosts'].filter((key) => !credentials[key]?.trim());
      return missing.length ? `lacks ${missing.join(' and ')}, which ${url} needs` : undefined;
    }
    return userAndPassword(credentials) ? undefined : 'lacks the key token, or username and password';
  },
});

function codeHost(
  url: string,
  listHeads: () => Promise<Map<string, string>>,
  credentials: SecretData | undefined,
): CodeHost {
  /** By full name, from one answer of a host that shows at least one: `docs/decisions/0026-absence-beside-a-branch.md`. */
  async function heads() {
    const refs = await listHeads();
    if (refs.size > 0) return refs;
    throw new Problem('GitRefused', `${url} lists no branches; an empty answer proves nothing.`);
  }

  async function listBranches() {
    const named = [...(await heads())].filter(([ref]) => !ref.includes(NOT_UTF8));
    return new Map(named.map(([ref, head]) => [ref.slice(HEADS.length), head]));
  }

  async function lookUp(branch: string): Promise<Answer> {
    if (branchFault(branch)) return { state: 'absent' };
    const head = (await heads()).get(HEADS + branch);
    return head ? { state: 'exists', head } : { state: 'absent' };
  }

  return {
    identify: async () => undefined,
    listBranches,
    lookUp,
    cloneCredentials: async () => credentials && { values: credentials },
  };
}
