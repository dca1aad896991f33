import type { Cache, Cluster, KubeObject } from './api.ts';
import { createCache, type Log } from './cache.ts';
import { createClient } from './client.ts';
import { createCredentialSource } from './credentials.ts';
import { createDispatchers } from './dispatchers.ts';
import { createExec, type Exec } from './exec.ts';
import { freshConfig } from './fresh-config.ts';
import { createLanes } from './lane.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { createForward, type Forward } from './port-forward.ts';
import { createTransport, type RequestSeen } from './transport.ts';
import type { WatchTiming } from './watch-loop.ts';

export type { RequestSeen } from './transport.ts';

export interface ConnectOptions {
  /** A path, or several as in KUBECONFIG. Without one: the pod's service account, else kubectl's default rules. */
  kubeconfig?: string;
  context?: string;
  /** Called once per HTTP request, for metrics. Must not throw. */
  onRequest?: (seen: RequestSeen) => void;
  log?: Log;
  /** How long a request may take, repetitions included; default ten seconds. */
  deadlineMs?: number;
  watchTiming?: WatchTiming;
  /** Asked before each write that `cluster` sends; false refuses it with `NotLeading`. `interactive` is not asked. */
  mayWrite?: () => boolean;
}

export interface Connection {
  cluster: Cluster;
  /** For what somebody waits for: it never queues behind what `cluster` is asked. */
  interactive: Omit<Cluster, 'watch'>;
  /** For the little that must not wait either, and for which nobody else has to make room. */
  aside: Omit<Cluster, 'watch'>;
  /** The API server's URL. */
  server: string;
  /** The kubeconfig's context. */
  context?: string;
  /** The namespace of the kubeconfig's context or of the pod. */
  namespace?: string;
  /** Port-forward, for who is outside the cluster. */
  forward: Forward;
  /** For the one command that previews are sent: git-sync's wake-up. */
  exec: Exec;
  /** Stops every watch and ends every connection. */
  close(): Promise<void>;
}

/** Enough for an API server to be busy with, few enough to leave room for deliveries. */
const LANE_WIDTH = 12;
/** Longer than the ten seconds that an admission webhook is usually given: whoever gives up before the API server does not hear which one is silent. */
const WRITE_MS = 15_000;

/** Reads the credentials and makes a client; asks the API server nothing yet. */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { onRequest, log = { warn: () => undefined }, watchTiming } = options;
  const load = (): ReturnType<typeof loadKubeconfig> => loadKubeconfig(options);
  const config = load();
  const server = config.getCurrentCluster()?.server ?? '';
  const credentials = createCredentialSource(load, config);
  await credentials.current();

  const dispatchers = createDispatchers();
  const transport = createTransport({ server, credentials, dispatchers, ...(onRequest && { onRequest }) });
  const lanes = createLanes(transport, LANE_WIDTH, options.mayWrite);
  const client = createClient(lanes.background, options.deadlineMs, options.deadlineMs ?? WRITE_MS);
  const fresh = freshConfig(load);
  const caches = new Set<{ stop(): Promise<void> }>();
  const context = config.getCurrentContext();
  const namespace = config.getContextObject(context)?.namespace?.trim();

  const cluster: Cluster = {
    ...client,
    watch<T extends KubeObject>(...[kind, selection]: Parameters<Cluster['watch']>): Cache<T> {
      const parts = { transport, list: client.list, log, ...(watchTiming && { timing: watchTiming }) };
      const cache = createCache<T>(parts, kind, selection);
      caches.add(cache);
      return cache;
    },
  };

  return {
    cluster,
    interactive: createClient(lanes.interactive, options.deadlineMs),
    aside: createClient(transport, options.deadlineMs),
    server,
    forward: createForward(fresh),
    exec: createExec(fresh),
    ...(context && { context }),
    ...(namespace && { namespace }),
    async close() {
      await Promise.all([...caches].map((cache) => cache.stop()));
      await dispatchers.close();
    },
  };
}
