import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import {
  counts,
  deaf,
  ill,
  rolling,
  someRefused,
  taken,
  well,
} from '../../src/controller/repository/health.ts';
import { inTheWay, refused } from '../../src/controller/repository/refusals.ts';
import { Problem } from '../../src/model/problem.ts';
import { aCondition, aDagRepository, aPreview } from '../support/builders.ts';
import type { Granted } from '../../src/controller/repository/grants.ts';

const over = new ClusterError('Forbidden', 'POST previews: 403', { said: 'exceeded quota: previews' });

test('where nothing is refused, nothing is said of it', () => {
  expect(someRefused([])).toBeUndefined();
});

test('F1: one refused branch is named with the server’s own words and what to do; the others are followed', () => {
  expect(someRefused([refused('feature/x', over, undefined, 0)])).toEqual({
    reason: 'BranchesRefused',
    state: 'Ready',
    message:
      '1 branch cannot be followed; previews follow all others. feature/x: exceeded quota: previews. Remove the obstacle or delete the branch; it is retried at least every five minutes.',
  });
});

test('F1: of many, three are named and the others counted, the same three each time, in a sentence that is bounded', () => {
  const long = new ClusterError('Invalid', 'x'.repeat(10_000));
  const many = Array.from({ length: 40 }, (_, at) =>
    at % 2 ? inTheWay(`b/${at}`, 'Delete that.', 0) : refused(`${'b'.repeat(900)}/${at}`, long, undefined, 0),
  );
  const said = someRefused(many);
  expect(said).toEqual(someRefused([...many].reverse()));
  expect(said?.message).toMatch(
    /^40 branches cannot be followed.* b\/1: Delete that\. b\/11: .* And 37 more\. /,
  );
  expect(said?.message.length).toBeLessThan(1_600);
});

const repository = aDagRepository({ maxPreviews: 3 });
const rollOut = {
  update: new Set<never>(),
  settled: new Set<never>(),
  updated: 1,
  broken: undefined,
  nextAt: Infinity,
  total: 1,
};
const granted = (parts: Partial<Granted> = {}): Granted => ({
  grants: new Map(),
  inUse: 3,
  waiting: 0,
  rollOut,
  ...parts,
});

test('a host belongs to the older DagRepository, which is named; its own it may keep', () => {
  const older = aDagRepository({ name: 'older', namespace: 'team-a' });
  expect(taken(repository, older)).toMatchObject({ reason: 'UrlTaken', state: 'Stalled' });
  expect(taken(repository, older)?.message).toContain('the older DagRepository team-a/older');
  expect(taken(repository, repository)).toBeUndefined();
  expect(taken(repository, undefined)).toBeUndefined();
});

test('a git host is asked again; whatever else is wrong, somebody has to change', () => {
  expect(ill(new Problem('GitUnreachable', 'It is silent.'))).toMatchObject({ state: 'Reconciling' });
  expect(ill(new Problem('SecretMissing', 'Not there.'))).toEqual({
    reason: 'SecretMissing',
    message: 'Not there.',
    state: 'Stalled',
  });
});

test('one whose webhooks are refused is ready all the same, and says how often it lists', () => {
  const said = deaf(repository, new Problem('SecretMissing', 'Secret dags-webhook does not exist.'));
  expect(said).toMatchObject({ reason: 'SecretMissing', state: 'Ready' });
  expect(said.message).toContain(
    'branches are listed every 2m; but webhook deliveries are refused: Secret dags-webhook',
  );
});

test('an update under way is counted; one that broke a preview names it and what it says', () => {
  expect(rolling(repository, granted())).toBeUndefined();
  const under = granted({ rollOut: { ...rollOut, total: 4 } });
  expect(rolling(repository, under)).toMatchObject({ reason: 'Updating', state: 'Reconciling' });
  expect(rolling(repository, under)?.message).toContain('1 of 4 previews have been updated to generation 1');
  const conditions = [aCondition({ type: 'Ready', reason: 'ImagePullRefused', message: 'No such image.' })];
  const broken = aPreview({ branch: 'feature/broken', status: { conditions } });
  const stalled = rolling(repository, granted({ rollOut: { ...rollOut, total: 4, broken } }));
  expect(stalled).toMatchObject({ reason: 'RolloutStalled', state: 'Stalled' });
  expect(stalled?.message).toContain(
    'feature/broken stopped working when it was updated (ImagePullRefused: No such image.)',
  );
});

test('where all is well, only those who wait for a slot are worth a word', () => {
  expect(well(repository, granted()).message).toBe('The git host answers; previews follow its branches.');
  expect(well(repository, granted({ waiting: 1 })).message).toMatch(
    / 3 of 3 previews are in use, 1 waits in line\.$/,
  );
  expect(well(repository, granted({ waiting: 2 })).message).toMatch(/ 2 wait in line\.$/);
});

test('slots and updates are counted as people read them', () => {
  const grants = new Map([[aPreview(), {}]]);
  expect(counts(repository, granted({ grants, rollOut: { ...rollOut, updated: 1, total: 2 } }))).toEqual({
    previews: 1,
    slots: '3/3',
    updated: '1/2',
  });
});
