import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GIT_URL, gitHost, gitPort, isSsh } from '../../src/model/git-url.ts';
import { readDagRepository } from '../../src/model/dag-repository.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';

test.each<[url: string, host: string, port: number, ssh: boolean]>([
  ['ssh://git@git.example.com/acme/dags.git', 'git.example.com', 22, true],
  ['ssh://git@git.example.com:2222/acme/dags.git', 'git.example.com', 2222, true],
  ['git@git.example.com:acme/dags.git', 'git.example.com', 22, true],
  ['https://git.example.com/acme/dags.git', 'git.example.com', 443, false],
  ['https://git.example.com:8443/acme/dags', 'git.example.com', 8443, false],
  ['http://10.89.0.1:3000/dags.git', '10.89.0.1', 3000, false],
  ['https://git.example.com/acme/dags.git', 'git.example.com', 443, false],
  ['git://git.example.com/dags.git', 'git.example.com', 9418, false],
  ['http://[fd00::1]:3000/dags.git', 'fd00::1', 3000, false],
  ['ssh://git@[fd00::1]/dags.git', 'fd00::1', 22, true],
])('%s is taken, and its host and port are known', (url, host, port, ssh) => {
  expect(accepted(url)).toBe(true);
  expect({ host: gitHost(url), port: gitPort(url), ssh: isSsh(url) }).toEqual({ host, port, ssh });
});

test.each([
  'ext::sh -c id',
  'ext::sh',
  'file:///etc',
  '/srv/dags.git',
  './dags.git',
  '../dags.git',
  'C:\\dags',
  '-o',
  '--upload-pack=id',
  '-oProxyCommand=id@host:x',
  'ssh://-oProxyCommand=id/dags.git',
  'ssh://git@-oProxyCommand=id/dags.git',
  'git@-oProxyCommand=id:dags.git',
  'fd::17/x',
  'ftp://git.example.com/dags.git',
  'javascript:alert(1)',
  'https://git.example.com',
  'https:///dags.git',
  'https://git.example.com/a b',
  'https://git.example.com/dags.git\n',
  'https://git.example.com/dags.git\nevil',
  'https://git.example.com/\u0000',
  'https://git.example.com/\u001b[31m',
  'https://git.example.com/\u007f',
  'git@git.example.com:dags\u0000',
  'https://git.example.com:99999/dags.git',
  'https://[fd00::1/dags.git',
  'https://\\/-',
  'https://git.example.com\\.evil.example/dags.git',
  'https://dana:secret@git.example.com/dags.git',
  '',
])('%j is refused', (url) => {
  expect(accepted(url)).toBe(false);
});

test('every URL that is taken has a host and a port', () => {
  const part = fc.oneof(
    fc.webAuthority({ withPort: true, withIPv6: true, withUserInfo: true }),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom('ssh://', 'https://', 'git://', '', 'git@'),
      part,
      fc.constantFrom('/', ':'),
      fc.string({ maxLength: 10 }),
      (scheme, host, between, path) => {
        const url = `${scheme}${host}${between}${path}`;
        if (!accepted(url)) return;
        expect(gitHost(url)).not.toBe('');
        expect(gitHost(url).startsWith('-')).toBe(false);
        expect(gitPort(url)).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('what the API server is given as a rule is the same expression, in the syntax that it reads', () => {
  expect(GIT_URL.source).not.toMatch(/\(\?[=!<]|\\u|\\p|\\d|\\w/);
});

const accepted = (url: string) => readDagRepository(aRawDagRepository(aSpec({ git: { url } }))).ok;
