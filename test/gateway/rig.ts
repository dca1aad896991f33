import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../src/gateway/api.ts';
import { v3 } from '../../src/airflow/v3/dialect.ts';
import { airflowToken, isSignedWith } from '../../src/airflow/v3/token.ts';
import { forHost } from '../../src/gateway/for-host.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { aDestination } from './a-destination.ts';
import type { Reachable } from './a-destination.ts';

/** A gateway that listens, in front of destinations that a test may change at any time. */
export async function aGateway(destinations: Reachable[], options: Partial<GatewayOptions> = {}) {
  const app = createGateway({
    served: (host) => forHost(destinations, host, false),
    upstreamOf: ({ upstream }: Reachable) => upstream,
    issued: async ({ namespace }, token) => isSignedWith(`secret of ${namespace}`, token),
    cookies: [v3.cookie],
    log: pino({ level: 'silent' }),
    ...options,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { app, url, port: Number(new URL(url).port) };
}

/** A token as the Airflow of a preview issues it, with the key of that preview alone. */
export const tokenOf = ({ namespace } = aDestination()) => airflowToken(`secret of ${namespace}`, 'ADMIN');

/** A stand-in for a branch's Airflow: a real HTTP server that goes with the test. */
export async function anAirflow(answer: RequestListener): Promise<{ upstream: string; server: Server }> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { upstream: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** A gateway in front of one Airflow that answers with what it was asked. */
export async function anEcho(parts: Partial<Reachable> = {}, options: Partial<GatewayOptions> = {}) {
  const asked: {
    method: string | undefined;
    url: string | undefined;
    headers: IncomingMessage['headers'];
  }[] = [];
  const { upstream } = await anAirflow((request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, url, headers });
    request.resume().on('end', () => response.end('from Airflow'));
  });
  return { asked, upstream, ...(await aGateway([aDestination({ upstream, ...parts })], options)) };
}

/** Sends bytes as they are and gives everything that came back until the other side closed. */
export async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(Buffer.from(bytes, 'latin1'));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
