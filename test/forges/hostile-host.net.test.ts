import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createGithub } from '../../src/forges/github/github.ts';
import { createGit } from '../../src/forges/git/git.ts';
import type { AddressInfo } from 'node:net';

/** A host that whoever makes a DagRepository may name, and that means no good. */
async function aHost(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.on('error', () => undefined);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const onGithub = (apiUrl: string) => createGithub().open({ owner: 'acme', name: 'dags', apiUrl }, undefined);

test('an API that redirects for ever is asked once more where it leads, and no further', async () => {
  let at = 0;
  const host: { url: string; asked: string[] } = await aHost((_request, response) =>
    response.writeHead(301, { location: `${host.url}/api/v3/repositories/${++at}` }).end(),
  );
  await expect(onGithub(`${host.url}/api/v3`).identify()).rejects.toMatchObject({
    reason: 'RepositoryMoved',
  });
  expect(host.asked).toHaveLength(2);
});

test('an answer that unpacks to more than any of GitHub’s is not read to its end', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
  const host = await aHost((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
  );
  await expect(onGithub(`${host.url}/api/v3`).identify()).rejects.toMatchObject({ reason: 'GitUnreachable' });
}, 30_000);

test('a git host that lists refs without end is given up', async () => {
  const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
  const host = await aHost((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
    response.write(`${line('# service=git-upload-pack\n')}0000`);
    let n = 0;
    const more = () => {
      const refs = Array.from({ length: 2_000 }, () => {
        const ref = `${'a'.repeat(40)} refs/heads/${'x'.repeat(200)}${n}`;
        return line(n++ === 0 ? `${ref}\0agent=evil\n` : `${ref}\n`);
      });
      if (response.destroyed) return;
      if (n < 400_000) response.write(refs.join(''), () => setImmediate(more));
      else response.end('0000');
    };
    more();
  });
  await expect(
    createGit()
      .open({ url: `${host.url}/dags.git` }, undefined)
      .listBranches(),
  ).rejects.toMatchObject({
    reason: expect.stringMatching(/^Git(Refused|Unreachable)$/) as string,
  });
}, 60_000);
