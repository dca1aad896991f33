import { readFile } from 'node:fs/promises';
import { Agent, request as https } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

/** An independent reader of the Kubernetes API: plain JSON over HTTPS, nothing of the product's in it. */
export interface KubeClient {
  /** Status and parsed body; never throws for an HTTP status. */
  get(path: string, accept?: string): Promise<KubeAnswer>;
  /** The response itself, for what does not end by itself (watches); the caller reads or destroys it. */
  open(path: string, signal?: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface Kubeconfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: Record<string, string | undefined> & { server: string } }[];
  users: { name: string; user: Record<string, string | undefined> }[];
}

const PATIENCE_MS = 30_000;

export async function openKube(kubeconfigFile: string): Promise<KubeClient> {
  const config = parse(await readFile(kubeconfigFile, 'utf8')) as Kubeconfig;
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  const user = config.users.find(({ name }) => name === context?.user)?.user;
  if (cluster === undefined || user === undefined) {
    throw new Error(`${kubeconfigFile}: the current context names no cluster or no user`);
  }
  const material = async (
    from: Record<string, string | undefined>,
    name: string,
  ): Promise<Buffer | undefined> => {
    const [inline, file] = [from[`${name}-data`], from[name]];
    if (inline !== undefined) return Buffer.from(inline, 'base64');
    return file === undefined ? undefined : await readFile(file);
  };
  const agent = new Agent({
    keepAlive: true,
    ca: await material(cluster, 'certificate-authority'),
    cert: await material(user, 'client-certificate'),
    key: await material(user, 'client-key'),
  });
  const authorization = user.token === undefined ? {} : { authorization: `Bearer ${user.token}` };

  const open = (path: string, accept: string, signal?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = {
        agent,
        headers: { ...authorization, accept },
        ...(signal === undefined ? {} : { signal }),
      };
      https(new URL(path, cluster.server), options, resolve).once('error', reject).end();
    });

  return {
    get: async (path, accept = 'application/json') => {
      const response = await open(path, accept, AbortSignal.timeout(PATIENCE_MS));
      const body = await text(response);
      return { status: response.statusCode ?? 0, body: readJson(body) };
    },
    open: (path, signal) => open(path, 'application/json', signal),
    close: () => agent.destroy(),
  };
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
