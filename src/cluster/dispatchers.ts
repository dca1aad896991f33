import { createHash } from 'node:crypto';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Credentials } from './credentials.ts';

export interface Dispatchers {
  /** The one shared agent for these credentials; a new one only when the TLS side of them changed. */
  for(credentials: Credentials): Dispatcher;
  close(): Promise<void>;
}

export function createDispatchers(): Dispatchers {
  let now: { credentials: Credentials; key: string; dispatcher: Dispatcher } | undefined;
  const retiring = new Set<Dispatcher>();

  return {
    for(credentials) {
      if (now?.credentials === credentials) return now.dispatcher;
      const key = fingerprint(credentials);
      if (now?.key === key) {
        now = { ...now, credentials };
        return now.dispatcher;
      }
      const old = now?.dispatcher;
      if (old) {
        retiring.add(old);
        // Lets what is under way finish; watches end by themselves within a minute.
        void old.close().finally(() => retiring.delete(old));
      }
      now = { credentials, key, dispatcher: open(credentials) };
      return now.dispatcher;
    },
    async close() {
      const all = [...retiring, ...(now ? [now.dispatcher] : [])];
      now = undefined;
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function open({ tls, proxy }: Credentials): Dispatcher {
  const options = {
    // One TCP connection per watch: a half-open one then harms only that watch, and requests not at all.
    allowH2: false,
    // Shorter than kube-apiserver's 90 s, so that a write rarely meets a connection the server is closing.
    keepAliveTimeout: 30_000,
  };
  // Together with libuv's ten probes, a second apart, a vanished peer is noticed within 25 s.
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 15_000 };
  return proxy
    ? new ProxyAgent({ ...options, uri: proxy, requestTls: connect })
    : new Agent({ ...options, connect });
}

function fingerprint({ tls, proxy }: Credentials): string {
  const hash = createHash('sha256').update(proxy ?? '');
  for (const [name, value] of Object.entries(tls)) {
    hash.update(`\0${name}\0`).update(Buffer.isBuffer(value) ? value : String(value));
  }
  return hash.digest('hex');
}
