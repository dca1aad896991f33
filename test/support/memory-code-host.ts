import { gitSources } from '../../src/model/git-source.ts';
import { HEAD } from './builders.ts';
import type { CodeHost, Forge } from '../../src/forges/api.ts';
import type { Source } from '../../src/model/source.ts';

/** A code host of whatever kind whose branches the test moves; `trouble` is what it answers everything with. */
export function aCodeHost(branches: readonly string[] = []) {
  const heads = new Map(branches.map((branch) => [branch, HEAD]));
  const state: { trouble: Error | undefined; listings: number } = { trouble: undefined, listings: 0 };
  const answer = async <T>(value: () => T): Promise<T> => {
    await Promise.resolve();
    if (state.trouble) throw state.trouble;
    return value();
  };
  const host: CodeHost = {
    identify: () => answer(() => undefined),
    listBranches: () => answer(() => (state.listings++, new Map(heads))),
    lookUp: (branch) =>
      answer(() => {
        const head = heads.get(branch);
        return head === undefined ? { state: 'absent' } : { state: 'exists', head };
      }),
    cloneCredentials: () => answer(() => ({ values: CREDENTIALS })),
  };
  const forges = (gitSources as readonly Source[]).map((source): Forge => ({
    ...source,
    open: () => host,
    refuse: () => undefined,
    mints: () => false,
  }));
  return { host, forges, heads, state };
}

/** For whatever way git may log in. */
const CREDENTIALS = {
  username: 'reader',
  password: 'may only read',
  'ssh-privatekey': 'a key',
  known_hosts: 'a host',
};
