import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORBIDDEN_URL } from '../../src/model/forbidden-host.ts';
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

test.each([
  'git@h:-x',
  'git@h:--upload-pack=id',
  'ssh://git@h/-x',
  'https://h/--upload-pack=id',
  'git://h/-x',
  'ssh://-x@h/dags',
  'ssh://%2dx@h/dags',
  'ssh://git@-h/dags',
  'ssh://git@%2dh/dags',
  '-x@h:dags',
  'git@-h:dags',
])('F19: %s is refused: git or ssh might read a part of it as an option', (url) => {
  expect(why({ git: { url } })).toContain('must not begin with a dash');
  expect(refusedByTheRules(url)).toBe(true);
});

const hosts = (host: string) => [
  `http://${host}/dags.git`,
  `https://${host}:8443/dags.git`,
  `ssh://git@${host}/dags.git`,
  `git://${host}/dags.git`,
  ...(host.startsWith('[') ? [] : [`git@${host}:dags.git`]),
];

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '0.0.0.0',
  '100.100.100.200',
  '168.63.129.16',
  'metadata.google.internal',
  'METADATA.Google.Internal.',
  '[::]',
  '[fe80::1]',
  '[FE80::1]',
  '[febf::1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[fd00:ec2::254]',
])('F19: %s is no git host and no GitHub, in any form, for us and for the API server', (host) => {
  for (const url of hosts(host)) {
    expect(why({ git: { url } }), url).toContain(
      'must not be a link-local, unspecified or cloud metadata address',
    );
    expect(refusedByTheRules(url), url).toBe(true);
  }
  const github = { owner: 'acme', name: 'dags', apiUrl: `https://${host}/api/v3` };
  expect(why({ git: undefined, github })).toContain('must not be a link-local');
});

test.each([
  '2852039166',
  '0xa9fea9fe',
  '0xA9.254.0xa9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '169.16689662',
  '169.254.169.254.',
  '169%2E254.169.254',
  '１６９.254.169.254',
  '[fe80::1%25eth0]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::169.254.169.254]',
  '[2002:a9fe:a9fe::]',
  '[::ffff:0:169.254.169.254]',
  '[::a9fe:a9fe]',
  '[0000:0000:0000:0000:0000:ffff:169.254.169.254]',
])('F19: nor is %s, another way to write such an address', (host) => {
  for (const url of hosts(host)) expect(accepted(url), url).toBe(false);
  const github = { owner: 'acme', name: 'dags', apiUrl: `https://${host}/api/v3` };
  expect(why({ git: undefined, github })).not.toBe('');
});

test.each([
  '127.0.0.1',
  'localhost',
  '10.1.2.3',
  '192.168.0.9',
  '172.16.0.1',
  '100.64.0.1',
  '[::1]',
  '[fd00::1]',
  '[2001:db8::1]',
  'gitea',
  'gitea.team.svc.cluster.local',
  'kubernetes.default.svc',
  'git_server.example.com.',
  '1password.example.com',
  'xn--bcher-kva.example',
  '169.example.com',
  'metadata.googlesource.com',
  'metadata.google.internal.example.com',
  '168.63.129.160',
  '0.example.com',
])('F19: %s may be asked: companies, clusters and tests have their git there', (host) => {
  for (const url of hosts(host)) {
    expect(accepted(url), url).toBe(true);
    expect(refusedByTheRules(url), url).toBe(false);
  }
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
    { numRuns: 1_000 },
  );
});

test('what the API server is given as a rule is the same expressions, in the syntax that it reads', () => {
  for (const { source } of [GIT_URL, FORBIDDEN_URL]) expect(source).not.toMatch(/\(\?[=!<]|\\u|\\p|\\d|\\w/);
});

const why = (spec: Parameters<typeof aSpec>[0]) => {
  const read = readDagRepository(aRawDagRepository(aSpec(spec)));
  return read.ok ? '' : read.message;
};

/** What the API server refuses by the expressions that it is given (RE2 reads these as JavaScript does). */
const refusedByTheRules = (url: string) => !GIT_URL.test(url) || FORBIDDEN_URL.test(url.toLowerCase());

const accepted = (url: string) => readDagRepository(aRawDagRepository(aSpec({ git: { url } }))).ok;
