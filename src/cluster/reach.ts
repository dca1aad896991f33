import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { KubeObject, Reach } from './api.ts';
import type { Log } from './cache.ts';
import type { Forward } from './port-forward.ts';

interface ServiceSpec {
  clusterIP?: string;
  ports?: { port: number; targetPort?: number | string }[];
}

const specOf = (service: KubeObject) => (service['spec'] ?? {}) as ServiceSpec;

/** Inside the cluster, and on its nodes: by the Service's own address. */
export const direct: Reach = {
  addressOf(service) {
    const { clusterIP, ports } = specOf(service);
    const port = ports?.[0]?.port;
    if (!clusterIP || !port) return undefined;
    return `http://${clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP}:${port}`;
  },
  forget: () => undefined,
  close: async () => undefined,
};

interface Tunnel {
  server: Server;
  sockets: Set<Socket>;
}

/**
 * Outside the cluster: a port of this machine for each Service (of loopback only), whose connections go through the API server to one of
 * its pods. The API server's own service proxy will not do: it rewrites HTML.
 */
export function createTunnels({
  forward,
  podOf,
  log,
}: {
  forward: Forward;
  /** The name of a running pod of the Service. */
  podOf(service: KubeObject): string | undefined;
  log: Log;
}): Reach {
  const tunnels = new Map<string, Tunnel>();
  const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name} ${metadata.uid}`;

  function open(service: KubeObject): Tunnel {
    const { namespace = '' } = service.metadata;
    const [first] = specOf(service).ports ?? [];
    const port = typeof first?.targetPort === 'number' ? first.targetPort : (first?.port ?? 0);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
      const pod = podOf(service);
      if (pod === undefined) return void socket.resetAndDestroy();
      forward(socket, { namespace, pod, port }).catch((error: unknown) => {
        log.warn({ namespace, pod, err: error }, 'port-forward failed');
        socket.resetAndDestroy();
      });
    });
    server.on('error', (error) => {
      log.warn({ namespace, err: error }, 'no port for a port-forward');
      tunnels.delete(keyOf(service));
    });
    server.listen(0, '127.0.0.1');
    return { server, sockets };
  }

  function shut(key: string): Promise<void> {
    const tunnel = tunnels.get(key);
    tunnels.delete(key);
    for (const socket of tunnel?.sockets ?? []) socket.destroy();
    return new Promise((resolve) => (tunnel ? tunnel.server.close(() => resolve()) : resolve()));
  }

  return {
    addressOf(service) {
      const key = keyOf(service);
      const tunnel = tunnels.get(key) ?? open(service);
      tunnels.set(key, tunnel);
      // Undefined for the moment until it listens: whoever asks, asks again.
      const address = tunnel.server.address() as AddressInfo | null;
      return address ? `http://127.0.0.1:${address.port}` : undefined;
    },
    forget: (service) => void shut(keyOf(service)),
    close: async () => void (await Promise.all([...tunnels.keys()].map(shut))),
  };
}
