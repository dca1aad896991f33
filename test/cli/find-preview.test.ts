import { expect, test } from 'vitest';
import { findPreview, requirePreview, thereAre, which } from '../../src/cli/find-preview.ts';
import { aPreview } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Options } from '../../src/cli/api.ts';
import type { Preview } from '../../src/model/preview.ts';

const hardy = aPreview();
const sameElsewhere = aPreview({ repository: 'reports' });
const byHand = aPreview({ branch: 'fix/x', name: 'mine', byHand: true });
const namedLikeABranch = aPreview({ branch: 'feature/other', name: 'main', byHand: true });

const find = (previews: Preview[], branch: string, options: Options = {}) =>
  findPreview(previews, which(branch, options))?.metadata.name;

test.each<[what: string, branch: string, options: Options, found: string | undefined]>([
  ['by its branch', 'feature/hardy', {}, hardy.metadata.name],
  ['by its full ref', 'refs/heads/feature/hardy', {}, hardy.metadata.name],
  ['by its name', hardy.metadata.name, {}, hardy.metadata.name],
  ['by the name a person gave it', 'mine', {}, 'mine'],
  ['not at all', 'feature/Hardy', {}, undefined],
  ['not in another repository', 'feature/hardy', { repository: 'reports' }, undefined],
])('a preview is found %s', (_what, branch, options, found) => {
  expect(find([hardy, byHand], branch, options)).toBe(found);
});

test('a branch is stronger than the name of another preview', () => {
  const branchMain = aPreview({ branch: 'main' });
  expect(find([namedLikeABranch, branchMain], 'main')).toBe(branchMain.metadata.name);
});

test('one branch in two repositories is an error that lists both, until the repository is named', () => {
  const both = [hardy, sameElsewhere];
  expect(() => find(both, 'feature/hardy')).toThrow(
    /several previews: offshoot\/dags-feature-hardy-\w+ \(DagRepository dags\), offshoot\/reports-.*--repository/,
  );
  expect(find(both, 'feature/hardy', { repository: 'reports' })).toBe(sameElsewhere.metadata.name);
});

const refused = (previews: Preview[], branch: string, options: Options = {}) =>
  requirePreview(
    { cluster: aCluster(previews).cluster, server: '', context: undefined },
    which(branch, options),
  ).then(
    () => '',
    (error: Error) => error.message,
  );

test('a branch without a preview is an error that names those there are', async () => {
  expect(await refused([hardy, byHand], 'feature/hrady')).toBe(
    'No preview found for feature/hrady. Existing previews: feature/hardy, fix/x.',
  );
  expect(await refused([], 'x', { namespace: 'team', repository: 'dags' })).toBe(
    'No preview found for x of DagRepository dags in namespace team. No previews exist.',
  );
});

test('a long list ends in how to see it all, and holds no control character', () => {
  const many = Array.from({ length: 25 }, (_, at) => aPreview({ branch: `feature/${at}\u001b[2J` }));
  expect(thereAre(many)).toMatch(/, and 5 more \(offshoot ls\)\.$/);
  expect(thereAre(many)).not.toMatch(/\p{Cc}/u);
});
