import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { podsOf } from '../../src/cli/log-sources.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';

type Open = { key: string; response: ServerResponse };

/** An API server as far as `offshoot logs` goes: one Preview, its pods with a watch, and logs that grow, end and break. */
export async function startLogApi(preview: Preview) {
  let version = 1;
  let pods: KubeObject[] = [];
  const written = new Map<string, string[]>();
  const watchers = new Set<ServerResponse>();
  let following: Open[] = [];
  const asked: string[] = [];

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://api');
    const json = (kind: string, items: object[]) =>
      response.end(JSON.stringify({ kind, metadata: { resourceVersion: String(version) }, items }));
    const log = /\/pods\/([^/]+)\/log$/.exec(url.pathname);
    if (url.pathname.endsWith('/previews')) return json('PreviewList', [preview]);
    if (log) return sendLog(`${log[1]}/${url.searchParams.get('container')}`, url.searchParams, response);
    if (url.searchParams.get('labelSelector') !== podsOf(preview.metadata.uid ?? '', ['airflow', 'postgres']))
      return response.writeHead(400).end();
    if (!url.searchParams.has('watch')) return json('PodList', pods);
    response.flushHeaders();
    watchers.add(response);
  });

  function sendLog(key: string, query: URLSearchParams, response: ServerResponse) {
    asked.push(`${key} ${query.toString()}`);
    const since = query.get('sinceTime')?.slice(0, 19) ?? '';
    // As a kubelet does it: by whole seconds.
    for (const line of written.get(key) ?? []) if (line.slice(0, 19) >= since) response.write(`${line}\n`);
    if (query.get('follow') !== 'true') return response.end();
    response.flushHeaders();
    following.push({ key, response });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kubeconfig = join(await temporaryFolder(), 'kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'one', cluster: { server: url } }],
      users: [{ name: 'one', user: {} }],
      contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
      'current-context': 'one',
    }),
  );

  return {
    kubeconfig,
    /** Which logs were asked for, with the query. */
    asked,
    pods(next: KubeObject[]) {
      const tell = (type: string, object: KubeObject) => {
        const metadata = { ...object.metadata, resourceVersion: String(++version) };
        for (const watcher of watchers)
          watcher.write(`${JSON.stringify({ type, object: { ...object, metadata } })}\n`);
      };
      for (const pod of pods)
        if (!next.some(({ metadata }) => metadata.uid === pod.metadata.uid)) tell('DELETED', pod);
      for (const pod of next)
        tell(pods.some(({ metadata }) => metadata.uid === pod.metadata.uid) ? 'MODIFIED' : 'ADDED', pod);
      pods = next;
    },
    /** A line of a container, with the second and nanosecond at which it was written. */
    write(key: string, at: string, text: string) {
      const line = `2026-11-21T10:00:${(at.includes('.') ? at : `${at}.`).padEnd(12, '0')}Z ${text}`;
      written.set(key, [...(written.get(key) ?? []), line]);
      for (const one of following) if (one.key === key) one.response.write(`${line}\n`);
    },
    /** The container ends: so does its log. */
    end(key: string) {
      for (const one of following) if (one.key === key) one.response.end();
      following = following.filter((one) => one.key !== key);
    },
    cut(key: string) {
      for (const one of following) if (one.key === key) one.response.destroy();
      following = following.filter((one) => one.key !== key);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
