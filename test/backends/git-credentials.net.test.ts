import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { gitFiles } from '../../src/backends/native/git-credentials.ts';
import { httpServer, aRepository, PASSWORD } from '../forges/git-world.ts';
import { aDagRepository, aDesign } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { SecretData } from '../../src/model/secret-use.ts';

const design = (url: string) =>
  aDesign({
    repository: aDagRepository({ git: { url }, credentialsSecretRef: { name: 'c', readOnly: true } }),
  });
const filesOf = (url: string, values: SecretData) => gitFiles(design(url), values);
const login = (text: string) => Buffer.from(text).toString('base64');

test.each<[what: string, url: string, values: Record<string, string>, files: Record<string, string>]>([
  [
    'a token goes with a name that hosts take beside any token',
    'https://github.com/acme/dags.git',
    { token: 'x\r\n' },
    {
      gitconfig: `[http "https://github.com/"]\n\textraHeader = "Authorization: Basic ${login('x-access-token:x')}"\n`,
    },
  ],
  [
    'user and password are sent to the port of the repository alone',
    'http://git.example.com:8123/a/b',
    { username: 'dana', password: 'pa:ss"word' },
    {
      gitconfig: `[http "http://git.example.com:8123/"]\n\textraHeader = "Authorization: Basic ${login('dana:pa:ss"word')}"\n`,
    },
  ],
  [
    'keys of ssh end in a line end, as ssh wants them',
    'git@git.example.com:acme/dags.git',
    { 'ssh-privatekey': 'key', known_hosts: 'hosts\n', token: 'unused' },
    { 'ssh-privatekey': 'key\n', known_hosts: 'hosts\n' },
  ],
])('%s', (_what, url, values, files) => {
  expect(filesOf(url, values)).toEqual(files);
});

test.each<[url: string, values: Record<string, string>]>([
  ['https://h/x', {}],
  ['https://h/x', { token: ' \n' }],
  ['git@h:x', { 'ssh-privatekey': 'key' }],
  ['git@h:x', { known_hosts: 'hosts' }],
])('for %s, %j is too little', (url, values) => {
  expect(() => filesOf(url, values)).toThrow(/incomplete/);
});

test('git reads the file anew each time, so that a renewal needs no restart; another host gets nothing', async () => {
  const { url, repository } = await httpServer();
  const head = await aRepository(repository);
  const file = join(await temporaryFolder(), 'gitconfig');
  // As git-sync does with --git-config=include.path:…, once.
  const environment = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(file, '../global'),
    GIT_TERMINAL_PROMPT: '0',
  };
  await writeFile(environment.GIT_CONFIG_GLOBAL, `[include]\n\tpath = ${file}\n`);
  const ask = (from: string) =>
    promisify(execFile)('git', ['ls-remote', from, 'refs/heads/main'], { env: environment }).then(
      ({ stdout }) => stdout.split('\t')[0],
      () => 'refused',
    );
  const give = (password: string, of = url) =>
    writeFile(file, filesOf(of, { username: 'offshoot', password })['gitconfig']!);
  await give('expired');
  expect(await ask(url)).toBe('refused');
  await give(PASSWORD);
  expect(await ask(url)).toBe(head);
  await give(PASSWORD, 'https://git.example.com/dags.git');
  expect(await ask(url)).toBe('refused');
});
