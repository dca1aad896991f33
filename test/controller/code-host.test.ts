import { expect, test } from 'vitest';
import { createCodeHosts } from '../../src/controller/code-host.ts';
import { createForges } from '../../src/forges/all.ts';
import { Problem } from '../../src/model/problem.ts';
import { aDagRepository } from '../support/builders.ts';
import type { ReadSecret } from '../../src/model/secret-use.ts';

const onGithub = aDagRepository({
  git: undefined,
  github: { owner: 'acme', name: 'dags' },
  credentialsSecretRef: { name: 'github-app' },
});
const hosts = (readSecret: ReadSecret) => createCodeHosts({ forges: createForges({}), readSecret });
const unlabelled = new Problem('SecretNotForOffshoot', 'It is not labelled.');

test('credentials are asked for as such, in the namespace of the DagRepository', async () => {
  const asked: unknown[] = [];
  const { open } = hosts(async (wanted) => void asked.push(wanted));
  await expect(open(onGithub)).rejects.toMatchObject({ reason: 'SecretMissing' });
  expect(asked).toEqual([{ namespace: 'offshoot', name: 'github-app', use: 'git' }]);
});

test('a Secret that lacks a key is named, with what it lacks', async () => {
  const { open } = hosts(async () => ({ 'app-id': '7' }));
  await expect(open(onGithub)).rejects.toMatchObject({
    reason: 'SecretMissing',
    message: 'Secret github-app lacks private-key.',
  });
});

test('without credentialsSecretRef no Secret is read', async () => {
  const { open } = hosts(() => Promise.reject(new Error('never asked')));
  await open(aDagRepository());
  await open(aDagRepository({ git: undefined, github: { owner: 'acme', name: 'dags' } }));
});

test('F5: where the Secret is not labelled, the host says so, and what runs is still looked at', async () => {
  const { open, mints } = hosts(() => Promise.reject(unlabelled));
  await expect(open(onGithub)).rejects.toBe(unlabelled);
  // As where there is no Secret at all: nothing is said of readOnly, which would be beside the point.
  expect(await mints(onGithub)).toBe(await hosts(async () => undefined).mints(onGithub));
});

test('an API server that does not answer is no Secret that is missing', async () => {
  const { mints } = hosts(() => Promise.reject(new Error('no answer')));
  await expect(mints(onGithub)).rejects.toThrow('no answer');
});
