import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createGit } from '../../src/forges/git/git.ts';
import { aProxy } from '../support/a-proxy.ts';
import { aRepository, httpServer, PASSWORD } from './git-world.ts';

const login = { username: 'offshoot', password: PASSWORD };

test('B02: a git host that only the proxy can reach is asked through it', async () => {
  const server = await httpServer();
  const head = await aRepository(server.repository);
  const proxy = await aProxy(new URL(server.url).origin);
  const url = `http://git.corp.invalid${new URL(server.url).pathname}`;
  const branches = await createGit({ http: proxy.url }).open({ url }, login).listBranches();
  expect(branches).toEqual(new Map([['main', head]]));
  expect(proxy.asked[0]).toContain('http://git.corp.invalid/');
  await expect(createGit().open({ url }, login).listBranches()).rejects.toMatchObject({
    reason: 'GitUnreachable',
  });
});

test('B02: a host that the settings except is asked without it', async () => {
  const server = await httpServer();
  await aRepository(server.repository);
  const proxy = await aProxy(new URL(server.url).origin);
  const git = createGit({ http: proxy.url, no: '127.0.0.1' });
  expect((await git.open({ url: server.url }, login).listBranches()).size).toBe(1);
  expect(proxy.asked).toEqual([]);
});

test('B02: an https host is asked for by name, in a tunnel', async () => {
  const proxy = await aProxy('http://127.0.0.1:9');
  const git = createGit({ https: proxy.url });
  await expect(
    git.open({ url: 'https://git.corp.invalid/dags.git' }, undefined).lookUp('main'),
  ).rejects.toMatchObject({ reason: 'GitUnreachable' });
  expect(proxy.asked).toEqual(['CONNECT git.corp.invalid:443']);
});

test('B02: GitHub and Slack are asked through it as well, with what Node and its libraries call fetch', async () => {
  const proxy = await aProxy('http://127.0.0.1:9');
  // In a process of its own: the setting holds for all of it.
  const script = `
    import { useProxy } from './src/operator/use-proxy.ts';
    useProxy({ httpsProxy: '${proxy.url}', noProxy: 'api.corp.invalid' });
    for (const host of ['slack.com', 'api.github.com', 'api.corp.invalid'])
      await fetch('https://' + host + '/').catch(() => undefined);`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: new URL('../../', import.meta.url),
  });
  expect(proxy.asked).toEqual(['CONNECT slack.com:443', 'CONNECT api.github.com:443']);
});
