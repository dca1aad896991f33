import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ClusterError } from './errors.ts';

/** What a connection and a request need so that the API server knows us. */
export interface Credentials {
  headers: Record<string, string>;
  tls: {
    ca?: string | Buffer;
    cert?: string | Buffer;
    key?: string | Buffer;
    passphrase?: string;
    servername?: string;
    rejectUnauthorized?: boolean;
  };
  proxy?: string;
}

export interface CredentialSource {
  /** At most a minute old. */
  current(): Promise<Credentials>;
  /** After a 401: files, tokens and exec plugins are asked again, though not more often than every five seconds. */
  renewed(): Promise<Credentials>;
}

const freshMs = 60_000;
const renewMs = 5_000;

/** Keeps credentials fresh: service account tokens rotate, exec plugins' tokens expire, certificates are replaced. */
export function createCredentialSource(load: () => KubeConfig, first: KubeConfig): CredentialSource {
  let config = first;
  let known: { credentials: Promise<Credentials>; at: number } | undefined;
  let reloadedAt = -Infinity;

  function ask(): Promise<Credentials> {
    const asked = { credentials: read(config), at: performance.now() };
    known = asked;
    // A failure is not remembered: the next request asks again.
    asked.credentials.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked.credentials;
  }

  function current(): Promise<Credentials> {
    return known && performance.now() - known.at < freshMs ? known.credentials : ask();
  }

  return {
    current,
    async renewed() {
      if (performance.now() - reloadedAt < renewMs) return current();
      reloadedAt = performance.now();
      // A new KubeConfig, because client-node caches an exec plugin's token for as long as the plugin said.
      config = load();
      return ask();
    },
  };
}

async function read(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ClusterError('Unauthorized', `Cannot get credentials for the API server: ${why}`, { cause });
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // Token files end in a line break more often than not, and a header must not.
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim();
  }
  if (options.auth) headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const given = { ca, cert, key, passphrase, servername, rejectUnauthorized };
  const proxy = config.getCurrentCluster()?.proxyUrl;
  return {
    headers,
    tls: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(proxy && { proxy }),
  };
}
