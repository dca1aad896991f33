import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { someRefused } from '../../src/controller/repository/health.ts';
import { inTheWay, refused } from '../../src/controller/repository/refusals.ts';

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
