import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parse } from 'yaml';
import { listen } from '../../../demo/listen.ts';

/** A request on its way to the API server. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Changes something: not a GET. */
  readonly write: boolean;
}

/**
 * What becomes of a request. `cut`: it never arrives, and the connection breaks · `lose`: it arrives, its answer does not ·
 * `hold`: it neither arrives nor breaks · a status: the proxy answers with it, as an overloaded or broken API server does. `lost` is
 * called when the API server has done what was asked.
 */
export type Fate = 'pass' | 'cut' | 'hold' | Lose | { status: number; retryAfterSeconds?: number };
type Lose = 'lose' | { lost: () => void };

export interface FaultProxy {
  /** For Offshoot: its own identity, with this proxy as the API server. */
  readonly kubeconfig: string;
  /** Asked about every request; may be asynchronous. Until set, everything passes. */
  decide(decision: (request: Passing) => Fate | Promise<Fate>): void;
  /** Breaks every connection, those of watches too. */
  cutAll(): void;
  stop(): Promise<void>;
}

interface Kubeconfig {
  clusters: { cluster: { server: string } & Record<string, string> }[];
  users: { user: Record<string, string> }[];
}

/** A proxy in front of the API server that does to requests what networks and API servers do on bad days. */
export async function startFaultProxy(upstream: string, folder: string): Promise<FaultProxy> {
  const config = parse(await readFile(upstream, 'utf8')) as Kubeconfig;
  const [{ cluster }, { user }] = [config.clusters[0]!, config.users[0]!];
  const material = async (from: Record<string, string>, name: string) =>
    from[`${name}-data`] ? Buffer.from(from[`${name}-data`]!, 'base64') : readFile(from[name]!);
  const agent = new Agent({
    keepAlive: true,
    ca: await material(cluster, 'certificate-authority'),
    cert: await material(user, 'client-certificate'),
    key: await material(user, 'client-key'),
  });
  let decision: (request: Passing) => Fate | Promise<Fate> = () => 'pass';

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', cluster.server);
    const method = request.method ?? 'GET';
    const body = await buffer(request);
    const fate = await decision({
      method,
      path: url.pathname,
      body: body.toString('utf8'),
      write: method !== 'GET',
    });
    if (fate === 'hold') return;
    if (fate === 'cut') return void response.destroy();
    if (typeof fate === 'object' && 'status' in fate) return answer(response, fate);
    const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = request.headers;
    const sent = httpsRequest(url, { method, agent, headers: { ...headers, 'content-length': body.length } });
    sent.once('error', () => response.destroy());
    // A write that is on its way runs to its end, whoever hung up: an API server may finish it all the same and then log that it was
    // cut off, and a test that counts creations would miss one that is there.
    if (method === 'GET') response.once('close', () => sent.destroy());
    sent.once('response', (answered) => {
      if (fate !== 'pass') {
        answered.resume().once('end', () => {
          response.destroy();
          if (typeof fate === 'object') fate.lost();
        });
        return;
      }
      if (response.destroyed) return void answered.resume();
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      response.flushHeaders();
      answered.pipe(response);
    });
    sent.end(body);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const { url, stop } = await listen(server, '127.0.0.1', 0);
  const kubeconfig = join(folder, 'through-the-fault-proxy.kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigFor(url)));
  return {
    kubeconfig,
    decide: (wanted) => void (decision = wanted),
    cutAll: () => server.closeAllConnections(),
    async stop() {
      await stop();
      agent.destroy();
    },
  };
}

function answer(
  response: ServerResponse,
  { status, retryAfterSeconds }: Extract<Fate, { status: number }>,
): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  response.writeHead(status, { 'content-type': 'application/json' });
  const said = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, message: 'a bad day' };
  response.end(JSON.stringify(said));
}

const kubeconfigFor = (server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'proxy', cluster: { server } }],
  users: [{ name: 'offshoot', user: {} }],
  contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'offshoot' } }],
  'current-context': 'proxy',
});
