import { expect, test } from 'vitest';
import { confirmsTeardown } from '../../src/controller/preview/confirm-teardown.ts';
import { aDagRepository, aPreview } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Reason } from '../../src/model/reasons.ts';

const missing = { branch: { missing: true } };

/** What the cache shows is the Preview; what there is, the other objects. */
const confirmed = (reason: Reason, cached: ReturnType<typeof aPreview>, ...live: KubeObject[]) =>
  confirmsTeardown(aCluster(live).cluster, cached, reason);

test.each<[what: string, confirmed: Promise<boolean>, is: boolean]>([
  ['its DagRepository is gone', confirmed('RepositoryNotFound', aPreview(), aPreview()), true],
  [
    'its DagRepository is there, though no cache shows it',
    confirmed('RepositoryNotFound', aPreview(), aPreview(), aDagRepository()),
    false,
  ],
  [
    'another DagRepository is there',
    confirmed('RepositoryNotFound', aPreview(), aPreview(), aDagRepository({ name: 'other' })),
    true,
  ],
  ['it is suspended', confirmed('Suspended', aPreview({ generation: 2 }), aPreview({ generation: 2 })), true],
  ['it is suspended no more', confirmed('Suspended', aPreview(), aPreview({ generation: 2 })), false],
  ['it is another Preview by now', confirmed('Suspended', aPreview(), aPreview({ uid: 'anew' })), false],
  ['it is gone', confirmed('Suspended', aPreview()), false],
  [
    'its branch is gone',
    confirmed('BranchNotFound', aPreview({ status: missing }), aPreview({ status: missing })),
    true,
  ],
  ['its branch is back', confirmed('BranchNotFound', aPreview({ status: missing }), aPreview()), false],
])('I5: what was made for a Preview goes only if the API server agrees: %s', async (_what, answer, is) => {
  expect(await answer).toBe(is);
});
