import { execFile } from 'node:child_process';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/cluster/connect.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aRig } from './rig.ts';

const aFolder = (): ReturnType<typeof mkdtempDisposable> =>
  mkdtempDisposable(join(tmpdir(), 'offshoot-connect-'));

function aKubeconfig(cluster: object, user: object, name = 'it'): string {
  return JSON.stringify({
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

describe('connecting', () => {
  test('says which file it cannot use', async () => {
    await expect(connect({ kubeconfig: '/nowhere/at/all' })).rejects.toMatchObject({
      code: 'BadRequest',
      message: expect.stringMatching(
        /^Cannot use the kubeconfig \/nowhere\/at\/all: ENOENT.*--kubeconfig$/,
      ) as string,
    });
  });

  test('says which contexts there are', async () => {
    await using rig = await aRig();
    const { kubeconfig } = rig.api;
    expect(rig.connection).toMatchObject({ server: rig.api.url, namespace: 'here' });
    await expect(connect({ kubeconfig, context: 'other' })).rejects.toMatchObject({
      message: 'The kubeconfig has no context "other": choose one of edge',
    });
  });

  test('merges several files as KUBECONFIG does: the first that names a thing wins', async () => {
    await using folder = await aFolder();
    const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')];
    await writeFile(one, aKubeconfig({ server: 'https://one' }, {}, 'a'));
    await writeFile(two, aKubeconfig({ server: 'https://two' }, {}, 'a').replace('"current', '"x-current'));
    const both = await connect({ kubeconfig: [two, one].join(delimiter) });
    expect(both.server).toBe('https://two');
    await both.close();
  });

  test('refuses a kubeconfig whose context names no cluster', async () => {
    await using folder = await aFolder();
    const kubeconfig = join(folder.path, 'empty');
    await writeFile(kubeconfig, '{"clusters":[],"users":[],"contexts":[]}');
    await expect(connect({ kubeconfig })).rejects.toMatchObject({ code: 'BadRequest' });
  });

  test('keeps a path that the server’s URL has', async () => {
    await using rig = await aRig();
    await using folder = await aFolder();
    const kubeconfig = join(folder.path, 'config');
    await writeFile(kubeconfig, aKubeconfig({ server: `${rig.api.url}/clusters/c1/` }, {}));
    const connection = await connect({ kubeconfig });
    await connection.cluster.list(kinds.ConfigMap);
    await connection.close();
    expect(rig.api.requests).toEqual(['GET /clusters/c1/api/v1/configmaps?limit=500']);
  });
});

describe('credentials', () => {
  test('are read again after a 401, once, and a token’s line break does no harm', async () => {
    await using rig = await aRig();
    const config = await readFile(rig.api.kubeconfig, 'utf8');
    const tokens: (string | undefined)[] = [];
    rig.api.always = (request, response) => {
      tokens.push(request.headers.authorization);
      const body = { kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items: [] };
      const good = request.headers.authorization === 'Bearer second-token';
      response.writeHead(good ? 200 : 401).end(JSON.stringify(good ? body : {}));
    };
    await writeFile(rig.api.kubeconfig, config.replace('secret-token', String.raw`second-token\r\n`));
    await rig.cluster.list(kinds.ConfigMap);
    await rig.cluster.list(kinds.ConfigMap);
    expect(tokens).toEqual(['Bearer secret-token', 'Bearer second-token', 'Bearer second-token']);
    rig.api.always = (_request, response) => void response.writeHead(401).end();
    await expect(rig.cluster.list(kinds.ConfigMap)).rejects.toMatchObject({ code: 'Unauthorized' });
    // Renewed a moment ago: not asked again for each of many refusals.
    expect(rig.api.requests).toHaveLength(4);
  });

  test('come from an exec plugin, which is asked again after a 401', async () => {
    await using rig = await aRig();
    await using folder = await aFolder();
    const kubeconfig = join(folder.path, 'config');
    const script = `
      const { appendFileSync, readFileSync } = require('node:fs');
      appendFileSync(process.argv[1], 'x');
      const token = 'token-' + readFileSync(process.argv[1], 'utf8').length;
      console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script, join(folder.path, 'calls')],
      interactiveMode: 'Never',
    };
    await writeFile(kubeconfig, aKubeconfig({ server: rig.api.url }, { exec }));
    const connection = await connect({ kubeconfig });
    rig.api.always = (request, response) => {
      const body = { kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items: [] };
      const good = request.headers.authorization === 'Bearer token-2';
      response.writeHead(good ? 200 : 401).end(JSON.stringify(good ? body : {}));
    };
    await connection.cluster.list(kinds.ConfigMap);
    await connection.cluster.list(kinds.ConfigMap);
    expect(rig.api.requests).toHaveLength(3);
    await connection.close();
  });
});

describe('TLS', () => {
  test('trusts the kubeconfig’s CA only, shows the client certificate, and reuses connections', async () => {
    await using folder = await aFolder();
    const [cert, key] = [join(folder.path, 'cert'), join(folder.path, 'key')];
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'],
      ...['-subj', '/CN=someone', '-addext', 'subjectAltName=DNS:kubernetes'],
    ]);
    const pair = { cert: await readFile(cert), key: await readFile(key) };
    let connections = 0;
    const people = new Set<unknown>();
    const server = createServer({ ...pair, ca: pair.cert, requestCert: true }, (request, response) => {
      const socket = request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } };
      people.add(socket.getPeerCertificate().subject?.CN);
      response.end(JSON.stringify({ kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items: [] }));
    });
    server.on('secureConnection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = {
      'client-certificate-data': pair.cert.toString('base64'),
      'client-key-data': pair.key.toString('base64'),
    };
    const to = { server: `https://127.0.0.1:${port}`, 'tls-server-name': 'kubernetes' };
    const trusted = { ...to, 'certificate-authority-data': pair.cert.toString('base64') };

    const file = join(folder.path, 'config');
    await writeFile(file, aKubeconfig(trusted, client));
    const good = await connect({ kubeconfig: file });
    for (let i = 0; i < 50; i += 1) await good.cluster.list(kinds.ConfigMap);
    // A second one is opened while the first still ends its answer.
    expect(connections).toBeLessThanOrEqual(2);
    expect([...people]).toEqual(['someone']);

    await writeFile(file, aKubeconfig(to, client));
    const bad = await connect({ kubeconfig: file });
    await expect(bad.cluster.list(kinds.ConfigMap)).rejects.toMatchObject({
      code: 'Unreachable',
      message: expect.stringContaining('self-signed certificate') as string,
    });
    await Promise.all([good.close(), bad.close()]);
    server.closeAllConnections();
    server.close();
  });
});
