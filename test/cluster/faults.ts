import type { Answer } from './edge-api.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    const message = `a made-up ${code}`;
    response
      .writeHead(code, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message }));
  };
}

/** A refusal in the API server's own form. */
export function refuse(code: number, body: object, headers = {}): Answer {
  return (_request, response) =>
    void response.writeHead(code, headers).end(JSON.stringify({ kind: 'Status', code, ...body }));
}

export const text =
  (body: string): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };

/** Goes on for as long as somebody reads. */
function pour(chunk: string, everyMs: number): Answer {
  return (request) => {
    const { socket } = request;
    socket.on('error', () => undefined);
    const timer = setInterval(() => socket.write(chunk), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

const megabyte = 'x'.repeat(1024 * 1024);

/** What a network, a proxy or a server in trouble does to an answer, by name. */
export const faults = {
  'reset before an answer': (request) => void request.socket.resetAndDestroy(),
  'reset after the headers': (request) =>
    void request.socket.write(ok, () => request.socket.resetAndDestroy()),
  'cut within a line': (request) =>
    void request.socket.write(`${ok}10\r\n{"type":"ADDED",\n`, () => request.socket.destroy()),
  'garbage line': text('{"type":"ADDED","obj\n'),
  'a page of HTML': text('<html>Please sign in</html>\n'),
  'an empty object': text('{}\n'),
  null: text('null\n'),
  'an object without a name': text('{"type":"ADDED","object":{"kind":"ConfigMap","metadata":{}}}\n'),
  'an object of another kind': text(
    '{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"x","namespace":"default","uid":"u","resourceVersion":"1"}}}\n',
  ),
  'an unknown event': text('{"type":"SURPRISE","object":{"metadata":{"resourceVersion":"1"}}}\n'),
  'an event that says 500': text('{"type":"ERROR","object":{"kind":"Status","code":500,"message":"oh"}}\n'),
  'an event that says 410': text(
    '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n',
  ),
  'an end at once': (_request, response) => void response.writeHead(200).end(),
  410: status(410),
  429: status(429),
  '429 with Retry-After': status(429, { 'retry-after': '1' }),
  401: status(401),
  403: status(403),
  404: status(404),
  500: status(500),
  503: status(503),
  'half-open': (_request, response) => response.writeHead(200).flushHeaders(),
  'no headers': () => undefined,
  'headers that never end': pour('HTTP/1.1 200 OK\r\n', 1e9),
  'headers that trickle for ever': (request, response) => {
    request.socket.write('HTTP/1.1 200 OK\r\n');
    pour('X-More: x\r\n', 50)(request, response);
  },
  'headers that pour for ever': (request, response) => {
    request.socket.write('HTTP/1.1 200 OK\r\n');
    pour(`X-More: ${'x'.repeat(900)}\r\n`, 1)(request, response);
  },
  'a line that trickles for ever': (request, response) => {
    request.socket.write(ok);
    pour('1\r\nx\r\n', 50)(request, response);
  },
  'a line that pours for ever': (request, response) => {
    request.socket.write(ok);
    pour(`100000\r\n${megabyte}\r\n`, 10)(request, response);
  },
} as const satisfies Record<string, Answer>;
