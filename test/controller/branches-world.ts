import { reconcileBranches } from '../../src/controller/repository/branches.ts';
import { createMemories } from '../../src/controller/repository/memory.ts';
import { previewOf } from '../../src/intake/preview-of.ts';
import { isOf, readPreview } from '../../src/model/preview.ts';
import { aDagRepository, HEAD, NOW } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { BranchFact } from '../../src/controller/repository/grants.ts';
import type { CodeHost } from '../../src/forges/api.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';

/** Branches on a code host, Previews in a cluster, and two clocks that the test moves: the wall clock backwards too. */
export function aWorld(objects: KubeObject[] = [], branches: string[] = []) {
  const repository = aDagRepository({ branches: { include: ['**'] }, resyncInterval: '2m' });
  const { cluster, store } = aCluster(objects);
  const heads = new Map(branches.map((branch) => [branch, HEAD]));
  const clock = { wall: NOW.getTime(), monotonic: 7_000 };
  const memories = createMemories();
  /** Whether the cache of Previews has yet to hear of those that are there. */
  const cache = { lags: false };
  const log: string[] = [];
  let listings = 0;
  const host: CodeHost = {
    identify: async () => undefined,
    listBranches: async () => (listings++, new Map(heads)),
    lookUp: async (branch) =>
      heads.has(branch) ? { state: 'exists', head: heads.get(branch)! } : { state: 'absent' },
    cloneCredentials: async () => undefined,
  };
  const deps = {
    cluster,
    previews: { get: (key: Parameters<typeof store.get>[0]) => (cache.lags ? undefined : store.get(key)) },
    now: () => new Date(clock.wall),
    monotonic: () => clock.monotonic,
    previewOf: (it: typeof repository, branch: string) => previewOf(it, branch, {}),
    log: {
      info: (_fields: object, message: string) => void log.push(message),
      warn: (_fields: object, message: string) => void log.push(message),
    },
  };
  const memory = memories.of('offshoot/dags');
  const pass = (ms: number, wallMs = ms) => {
    clock.monotonic += ms;
    clock.wall += wallMs;
  };
  const facts = new Map<string, BranchFact>();
  const previews = () => store.list() as Preview[];
  /** One run of the reconciler, over what its cache would know; in how many ms it wants to run again. */
  const run = async () => {
    const its = previews().filter((one) => readPreview(one).ok && isOf(repository)(one));
    const againMs = await reconcileBranches(deps, repository, its, host, memory, facts);
    return Math.min(againMs, memory.listAt - clock.monotonic);
  };
  return {
    repository,
    cluster,
    store,
    cache,
    heads,
    host,
    memory,
    memories,
    facts,
    log,
    previews,
    run,
    pass,
    branches: () => previews().map(({ spec }) => spec.branch),
    listings: () => listings,
    refused: () => Object.fromEntries([...memory.unmade].map(([branch, { words }]) => [branch, words])),
    /** As the product does it: again and again, when it wants to be run. */
    async follow(ms: number) {
      for (const end = clock.monotonic + ms; clock.monotonic < end;) {
        const wait = await run().catch(() => 200);
        pass(Math.min(Math.max(50, wait), end - clock.monotonic));
      }
    },
  };
}
