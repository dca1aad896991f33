import { gitSource } from '../../src/forges/git/spec.ts';
import { HEAD } from './builders.ts';
import type { CodeHost, Forge } from '../../src/forges/api.ts';

/** A code host whose branches the test moves; `trouble` is what it answers everything with. */
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
    cloneCredentials: () => answer(() => ({ values: { username: 'reader', password: 'may only read' } })),
  };
  const forge: Forge = {
    ...gitSource,
    cloneUrl: (spec) => gitSource.cloneUrl(gitSource.spec.parse(spec)),
    open: () => host,
    refuse: () => undefined,
    mints: () => false,
  };
  return { forge, heads, state };
}
