import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface EdgeObject {
  metadata: { name: string; namespace: string; uid: string; resourceVersion: string; labels?: object };
  data: Record<string, string>;
}

/** An API server's ConfigMaps as far as list and watch go, on a real socket, with answers that can be replaced by faults. */
export class EdgeApi {
  readonly requests: string[] = [];
  /** Each is used once, for the next list or watch. */
  readonly listFaults: Answer[] = [];
  readonly watchFaults: Answer[] = [];
  /** If set, answers everything. */
  always: Answer | undefined;
  openWatches = 0;
  mostOpenWatches = 0;
  readonly #objects = new Map<string, EdgeObject>();
  #history: { version: number; type: string; object: EdgeObject }[] = [];
  #version = 100;
  #compacted = 0;
  #uids = 0;
  readonly #watchers = new Set<() => void>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  #folder = '';

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#folder = await mkdtemp(join(tmpdir(), 'offshoot-edge-'));
    await writeFile(this.kubeconfig, kubeconfigFor(this.url));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.#folder, { recursive: true });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get kubeconfig(): string {
    return join(this.#folder, 'kubeconfig');
  }

  get objects(): EdgeObject[] {
    return [...this.#objects.values()];
  }

  put(name: string, data: Record<string, string> = {}, labels: object = {}): void {
    const before = this.#objects.get(name);
    const uid = before?.metadata.uid ?? `uid-${++this.#uids}`;
    const version = ++this.#version;
    const metadata = { name, namespace: 'default', uid, resourceVersion: String(version), labels };
    const object = { metadata, data };
    this.#objects.set(name, object);
    this.#record(version, before ? 'MODIFIED' : 'ADDED', object);
  }

  remove(name: string): void {
    const before = this.#objects.get(name);
    if (!before) return;
    this.#objects.delete(name);
    const version = ++this.#version;
    const metadata = { ...before.metadata, resourceVersion: String(version) };
    this.#record(version, 'DELETED', { ...before, metadata });
  }

  /** Forgets the past: a watch from before is answered 410. */
  compact(): void {
    this.#compacted = this.#version;
    this.#history = [];
  }

  #record(version: number, type: string, object: EdgeObject): void {
    this.#history.push({ version, type, object });
    for (const wake of this.#watchers) wake();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const watch = url.searchParams.get('watch') !== null;
    this.requests.push(`${watch ? 'WATCH' : request.method} ${request.url}`);
    request.resume();
    response.on('error', () => undefined);
    const fault = this.always ?? (watch ? this.watchFaults : this.listFaults).shift();
    if (watch) this.#count(response);
    if (fault) return fault(request, response);
    if (watch) this.#watch(url, response);
    else this.#list(response);
  }

  #count(response: ServerResponse): void {
    this.openWatches += 1;
    this.mostOpenWatches = Math.max(this.mostOpenWatches, this.openWatches);
    response.once('close', () => (this.openWatches -= 1));
  }

  #list(response: ServerResponse): void {
    const metadata = { resourceVersion: String(this.#version) };
    const body = { kind: 'ConfigMapList', apiVersion: 'v1', metadata, items: this.objects };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }

  #watch(url: URL, response: ServerResponse): void {
    let from = Number(url.searchParams.get('resourceVersion'));
    const say = (type: string, object: object): unknown =>
      response.write(`${JSON.stringify({ type, object })}\n`);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < this.#compacted) {
      say('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
      response.end();
      return;
    }
    const catchUp = (): void => {
      for (const { version, type, object } of this.#history) {
        if (version > from) say(type, { kind: 'ConfigMap', apiVersion: 'v1', ...object });
      }
      from = this.#version;
    };
    catchUp();
    this.#watchers.add(catchUp);
    const seconds = Number(url.searchParams.get('timeoutSeconds'));
    const timer = setTimeout(() => {
      say('BOOKMARK', { kind: 'ConfigMap', metadata: { resourceVersion: String(from) } });
      response.end();
    }, seconds * 1000);
    response.once('close', () => {
      clearTimeout(timer);
      this.#watchers.delete(catchUp);
    });
  }
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'edge', cluster: { server } }],
    users: [{ name: 'someone', user: { token: 'secret-token' } }],
    contexts: [{ name: 'edge', context: { cluster: 'edge', user: 'someone', namespace: 'here' } }],
    'current-context': 'edge',
  });
}
