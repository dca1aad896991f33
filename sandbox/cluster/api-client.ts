import { readFile } from 'node:fs/promises';
import { request } from 'node:https';

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

export interface ApiAnswer {
  /** 0 when there was no answer at all. */
  status: number;
  body: string;
}

export type ApiClient = (
  method: 'GET' | 'DELETE' | 'POST',
  path: string,
  body?: unknown,
) => Promise<ApiAnswer>;

/** The little that the sandbox itself asks of its API server, with a kubeconfig that the sandbox wrote. */
export async function apiClient(kubeconfig: string, timeout = 5_000): Promise<ApiClient> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  const decode = (text: string) => Buffer.from(text, 'base64');
  const tls = {
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
  return (method, path, body) =>
    new Promise((resolve) => {
      const nothing = () => resolve({ status: 0, body: '' });
      const content = body === undefined ? '' : JSON.stringify(body);
      // Said explicitly: Node leaves the length out for DELETE, and the server would not read the body.
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
      const call = request(
        new URL(path, cluster.server),
        { method, headers, timeout, ...tls },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
          response.on('error', nothing);
        },
      );
      call.on('timeout', () => call.destroy());
      call.on('error', nothing);
      call.end(content);
    });
}
