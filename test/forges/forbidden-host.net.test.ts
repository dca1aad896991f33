import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGit } from '../../src/forges/git/git.ts';
import { createGithub } from '../../src/forges/github/github.ts';
import { createNetworkFacts } from '../../src/observe/network.ts';
import type { AddressInfo } from 'node:net';

// The DNS, in which a stranger may write what it likes about a name of its own.
const names: Record<string, string[]> = {
  'git.attacker.example': ['93.184.216.34', '169.254.169.254'],
  'six.attacker.example': ['::ffff:169.254.169.254'],
  'git.company.example': ['10.1.2.3'],
};
vi.mock('node:dns/promises', async (original) => ({
  ...(await original<object>()),
  lookup: async (host: string) =>
    names[host]?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) ?? [
      { address: host, family: 4 },
    ],
}));

const ofGit = (url: string) => createGit().open({ url }, undefined);
const sentence = (host: string, address: string) => ({
  reason: 'GitRefused',
  message: expect.stringContaining(
    `${host} resolves to ${address}. Offshoot does not connect to link-local`,
  ) as string,
});

test.each(['http', 'https', 'git', 'ssh'])(
  'F19: a name that resolves to the metadata address is not asked by git, over %s',
  async (scheme) => {
    const host = ofGit(`${scheme}://git.attacker.example/dags.git`);
    await expect(host.listBranches()).rejects.toMatchObject(
      sentence('git.attacker.example', '169.254.169.254'),
    );
    await expect(ofGit('git@six.attacker.example:dags').lookUp('x')).rejects.toMatchObject(
      sentence('six.attacker.example', '::ffff:169.254.169.254'),
    );
  },
);

test('F19: nor is it asked for GitHub’s API', async () => {
  const github = { owner: 'acme', name: 'dags', apiUrl: 'https://git.attacker.example/api/v3' };
  await expect(createGithub().open(github, undefined).listBranches()).rejects.toMatchObject(
    sentence('git.attacker.example', '169.254.169.254'),
  );
});

test('F19: no fence of a preview gets a hole to it, as it gets one to a private git host', async () => {
  const facts = createNetworkFacts(
    { list: async () => ({ items: [], resourceVersion: '1' }) },
    undefined,
    [],
    [],
  );
  expect((await facts('https://git.attacker.example/dags.git')).allowed).toEqual([]);
  expect((await facts('https://git.company.example/dags.git')).allowed).toEqual(['10.1.2.3']);
});

test('F19: a git host that redirects to another address is told apart, and nobody follows', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: `http://127.0.0.1:${port}/elsewhere.git/info/refs` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(ofGit(`http://127.0.0.1:${port}/dags.git`).listBranches()).rejects.toMatchObject({
    reason: 'GitRefused',
    message: expect.stringContaining('redirects are not followed') as string,
  });
  expect(asked.filter((url) => url.startsWith('/elsewhere'))).toEqual([]);
});
