import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP proxy that alone knows where a host is: it passes requests for any name on to `upstream`, and refuses tunnels. */
export async function aProxy(upstream: string) {
  const asked: string[] = [];
  const server = createServer((from, to) => {
    asked.push(`${from.method} ${from.url}`);
    const { pathname, search } = new URL(from.url ?? '/', 'http://none');
    const { method, headers } = from;
    const onward = ask(new URL(pathname + search, upstream), { method: method!, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.once('error', () => to.writeHead(502).end());
    from.pipe(onward);
  });
  server.on('connect', (from, socket) => {
    asked.push(`CONNECT ${from.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
