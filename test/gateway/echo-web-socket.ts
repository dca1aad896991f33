import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Makes a server take WebSockets and send every (short) text back; gives what it was asked for, and its sockets. */
export function echoWebSockets(server: Server) {
  const asked: IncomingMessage[] = [];
  const sockets: Duplex[] = [];
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    asked.push(request);
    sockets.push(socket);
    socket.on('error', () => undefined);
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const protocol = request.headers['sec-websocket-protocol'];
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
        (protocol ? `sec-websocket-protocol: ${protocol}\r\n` : '') +
        `sec-websocket-accept: ${createHash('sha1').update(key).digest('base64')}\r\n\r\n`,
    );
    socket.on('data', (frame: Buffer) => {
      const length = (frame[1] ?? 0) & 0x7f;
      const mask = frame.subarray(2, 6);
      const text = frame.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
      if (((frame[0] ?? 0) & 0x0f) === 1) socket.write(Buffer.concat([Buffer.from([0x81, length]), text]));
      else socket.end();
    });
  });
  return { asked, sockets };
}
