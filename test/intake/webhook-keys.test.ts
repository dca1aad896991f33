import { expect, test } from 'vitest';
import { Problem } from '../../src/model/problem.ts';
import { createWebhookKeys } from '../../src/intake/webhook-keys.ts';
import type { SecretData } from '../../src/model/secret-use.ts';

const SECRET = { namespace: 'team', name: 'dags-webhook' };

const over = (answer: SecretData | Error | undefined) =>
  createWebhookKeys(async (wanted) => {
    expect(wanted).toEqual({ ...SECRET, use: 'webhook' });
    if (answer instanceof Error) throw answer;
    return answer;
  });

test.for<[string, SecretData, string[]]>([
  ['one key', { current: 'a\n' }, ['a']],
  ['two keys while one is being rotated', { current: 'b', previous: ' a ' }, ['b', 'a']],
  ['the previous key alone', { previous: 'a' }, ['a']],
])('%s: nothing is wrong', async ([, secret, keys]) => {
  expect(await over(secret).keys(SECRET, false)).toEqual(keys);
  expect(await over(secret).trouble(SECRET)).toBeUndefined();
});

test.for<[string, SecretData | Error | undefined, string]>([
  ['that does not exist', undefined, 'SecretMissing'],
  ['without keys', { other: 'x' }, 'SecretMissing'],
  ['with an empty key', { current: ' \n' }, 'SecretMissing'],
  [
    'that is not labelled',
    new Problem('SecretNotForOffshoot', 'It is not labelled.'),
    'SecretNotForOffshoot',
  ],
])('F5: a Secret %s gives no key and says why', async ([, secret, reason]) => {
  expect(await over(secret).keys(SECRET, true)).toEqual([]);
  expect(await over(secret).trouble(SECRET)).toMatchObject({ reason });
});

test('no Secret that is named: no key, and nothing is wrong', async () => {
  expect(await over(undefined).keys(undefined, false)).toEqual([]);
  expect(await over(undefined).trouble(undefined)).toBeUndefined();
});

test('an API server that does not answer is an error for whoever delivers, not a key that does not fit', async () => {
  await expect(over(new Error('no answer')).keys(SECRET, false)).rejects.toThrow('no answer');
});
