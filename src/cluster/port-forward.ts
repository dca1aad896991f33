import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { PortForward, type KubeConfig } from '@kubernetes/client-node';
import { ClusterError } from './errors.ts';

export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

/** Joins a connection that was accepted here with a port of a pod, through the API server. Rejects if the API server refuses. */
export type Forward = (socket: Socket, to: PodPort) => Promise<void>;

/** What the library gives is a WebSocket of `ws`, whose types are not installed; without retries it is no function. */
interface Connection {
  on(event: 'close' | 'message', listener: () => void): unknown;
  pause(): void;
  resume(): void;
  close(): void;
}

export function createForward(config: () => KubeConfig): Forward {
  return async (socket, { namespace, pod, port }) => {
    const troubles = new Writable({
      write(chunk: Buffer, _encoding, done) {
        // The stream of errors begins with an empty message; any other means that the pod's port does not answer.
        if (chunk.length > 0) socket.resetAndDestroy();
        done();
      },
    });
    const connection = (await new PortForward(config())
      .portForward(namespace, pod, [port], socket, troubles, socket)
      .catch((cause: unknown) => {
        throw new ClusterError('Unreachable', `No port-forward to ${namespace}/${pod}: ${reasonOf(cause)}`, {
          cause,
        });
      })) as unknown as Connection;
    // The library knows of neither end but the data between them: closing and patience are ours.
    connection.on('close', () => socket.destroy());
    connection.on('message', () => {
      if (socket.writableNeedDrain) connection.pause();
    });
    socket.on('drain', () => connection.resume());
    socket.on('close', () => connection.close());
    if (socket.destroyed) connection.close();
  };
}

const reasonOf = (thrown: unknown) => (thrown as { message?: string } | undefined)?.message ?? String(thrown);
