import { expect, test } from 'vitest';
import { cloneUrl } from '../../src/model/git-source.ts';
import { aDagRepository } from '../support/builders.ts';

test.each([
  [undefined, 'https://github.com/acme/dags.git'],
  ['https://api.github.com', 'https://github.com/acme/dags.git'],
  ['https://github.example.com/api/v3', 'https://github.example.com/acme/dags.git'],
  ['https://api.acme.ghe.com', 'https://acme.ghe.com/acme/dags.git'],
  ['https://api.example.com/api/v3', 'https://api.example.com/acme/dags.git'],
  ['http://127.0.0.1:8123/api/v3', 'http://127.0.0.1:8123/acme/dags.git'],
])('a repository of the GitHub at %s is cloned from %s', (apiUrl, url) => {
  const github = { owner: 'acme', name: 'dags', ...(apiUrl && { apiUrl }) };
  expect(cloneUrl(aDagRepository({ git: undefined, github }).spec)).toBe(url);
});

test('any other repository is cloned from where its spec says', () => {
  expect(cloneUrl(aDagRepository({ git: { url: 'git@h:x' } }).spec)).toBe('git@h:x');
});
