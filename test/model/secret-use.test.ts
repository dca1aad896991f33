import { expect, test } from 'vitest';
import { openSecret } from '../../src/model/secret-use.ts';
import type { SecretUse } from '../../src/model/secret-use.ts';

const CANARY = 'canary-of-the-value';

const aSecret = (labels?: Record<string, string>, type?: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys', namespace: 'team', ...(labels && { labels }) },
  ...(type && { type }),
  data: { token: Buffer.from(CANARY).toString('base64') },
});
const wanted = (use: SecretUse) => ({ namespace: 'team', name: 'keys', use });

const opened = (...[labels, type]: Parameters<typeof aSecret>) =>
  openSecret(aSecret(labels, type), wanted('git'));

const uses = ['git', 'webhook', 'slack', 'env'] as const;

test.for(uses)('a Secret labelled for %s is opened for that alone', (use) => {
  const secret = aSecret({ 'offshoot.dev/use': use });
  for (const asked of uses)
    if (asked === use) expect(openSecret(secret, wanted(asked))).toEqual({ token: CANARY });
    else
      expect(() => openSecret(secret, wanted(asked))).toThrow(
        expect.objectContaining({ reason: 'SecretNotForOffshoot' }),
      );
});

test.for([undefined, 'Opaque', 'kubernetes.io/basic-auth', 'kubernetes.io/ssh-auth', 'example.com/own'])(
  'a labelled Secret of type %s is opened',
  (type) => {
    expect(opened({ 'offshoot.dev/use': 'git' }, type)).toEqual({ token: CANARY });
  },
);

test.for([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
  'kubernetes.io/tls',
  'helm.sh/release.v1',
])('F5: a Secret of type %s is never opened, labelled or not', (type) => {
  expect(() => opened({ 'offshoot.dev/use': 'git' }, type)).toThrow(
    `Secret keys in namespace team is of type ${type}, which Offshoot never uses, whatever its labels.`,
  );
  expect(() => opened(undefined, type)).toThrow('lacks the label');
});

const strange: [string, Record<string, string> | undefined, RegExp][] = [
  [
    'no labels',
    undefined,
    /^Secret keys in namespace team lacks the label offshoot\.dev\/use=git, .* run: kubectl label secret keys --namespace team offshoot\.dev\/use=git$/,
  ],
  ['labels of others', { app: 'x' }, /lacks the label/],
  ['the label and no value', { 'offshoot.dev/use': '' }, /but for another use/],
  [
    'another use',
    { 'offshoot.dev/use': 'slack' },
    /run: kubectl label secret keys --namespace team offshoot\.dev\/use=git --overwrite$/,
  ],
  ['two uses', { 'offshoot.dev/use': 'git.webhook' }, /but for another use/],
  ['another case', { 'offshoot.dev/use': 'Git' }, /but for another use/],
  ['a preview’s label', { 'offshoot.dev/preview-uid': 'git' }, /lacks the label/],
];

test.for(strange)(
  'F5: a Secret with %s is not opened, and the sentence says what to do',
  ([, labels, sentence]) => {
    expect(() => opened(labels)).toThrow(sentence);
  },
);

test('F5: of a Secret that is not for Offshoot, neither keys nor values nor type are told', () => {
  for (const labels of [undefined, { 'offshoot.dev/use': 'slack' }])
    expect(() => opened(labels, 'kubernetes.io/tls')).not.toThrow(
      new RegExp([CANARY, 'token', 'tls', 'slack'].join('|')),
    );
});

test('what Offshoot generated for a preview is opened for that preview alone', () => {
  const ask = (previewUid: string, labels?: Record<string, string>) =>
    openSecret(aSecret(labels), { namespace: 'team', name: 'keys', previewUid });
  expect(ask('u1', { 'offshoot.dev/preview-uid': 'u1' })).toEqual({ token: CANARY });
  expect(ask('u1', { 'offshoot.dev/preview-uid': 'u2' })).toBeUndefined();
  expect(ask('u1', { 'offshoot.dev/use': 'git' })).toBeUndefined();
  expect(ask('', { 'offshoot.dev/preview-uid': '' })).toBeUndefined();
  expect(ask('', undefined)).toBeUndefined();
});

test('no Secret is no Secret', () => {
  expect(openSecret(undefined, wanted('git'))).toBeUndefined();
});
