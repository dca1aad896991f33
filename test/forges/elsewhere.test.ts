import { expect, test } from 'vitest';
import { createGit } from '../../src/forges/git/git.ts';

const isElsewhere = (url: string, ...urls: string[]) =>
  createGit().isElsewhere?.({ url }, { id: '1', name: 'x/y', urls });

const GITHUB = ['https://github.com/acme/website.git', 'git@github.com:acme/website.git'];
const GITEA = ['https://git.corp:3000/acme/website.git', 'ssh://git@git.corp:2222/acme/website.git'];

test.each([
  ['https://github.com/acme/dags.git', GITHUB],
  ['https://GitHub.com/acme/dags', GITHUB],
  ['http://github.com./acme/dags.git', GITHUB],
  ['git@github.com:acme/dags.git', GITHUB],
  ['ssh://git@github.com/acme/dags', GITHUB],
  ['ssh://git@github.com:22/umbrella/website', GITHUB],
  ['https://git.corp:3000/acme/dags', GITEA],
  ['ssh://git@git.corp:2222/acme/dags', GITEA],
])('B13: %s is plainly another repository than %s', (url, urls) => {
  expect(isElsewhere(url, ...urls)).toBe(true);
});

// The same repository spelt otherwise, or nobody can tell.
test.each([
  ['https://github.com/acme/website', GITHUB],
  ['https://github.com/acme/website.git/', GITHUB],
  ['https://user@github.com/Acme/WebSite.git', GITHUB],
  ['https://github.com/acme/web%73ite', GITHUB],
  ['https://github.com:443//acme/website', GITHUB],
  ['http://github.com/acme/website', GITHUB],
  ['ssh://somebody@github.com/acme/website.git', GITHUB],
  ['git@github.com:/acme/website', GITHUB],
  ['git@github.com:website', GITHUB],
  ['git://github.com/acme/dags.git', GITHUB],
  ['https://mirror.corp/acme/dags.git', GITHUB],
  ['ssh://git@ssh.github.com:443/acme/dags.git', GITHUB],
  ['https://git.corp/cache/dags.git', GITEA],
  ['https://git.corp:8443/acme/dags.git', GITEA],
  ['https://git.corp:3000/prefix/acme/website', GITEA],
  ['ssh://git@git.corp/acme/dags', GITEA],
  ['git@git.corp:acme/dags', GITEA],
  ['https://github.com/acme/dags.git', ['git@github.com:acme/website.git']],
  ['https://github.com/acme/dags.git', []],
  ['https://github.com/acme/dags.git', ['', 'file:///acme/x', 'https://[::1/x', 'nonsense', '../website']],
  ['https://github.com/acme/%ff', ['https://github.com/acme/%ff.git']],
])('B13: %s is not plainly another repository than %j', (url, urls) => {
  expect(isElsewhere(url, ...urls)).toBe(false);
});
