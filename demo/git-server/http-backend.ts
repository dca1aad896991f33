import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface HttpBackendRequest {
  readonly projectRoot: string;
  readonly user: string;
  /** Reaches the repository's hooks as their environment. */
  readonly hookEnvironment: Readonly<Record<string, string>>;
}

/** Lets the real `git http-backend` answer one HTTP request (CGI, RFC 3875); resolves when it has ended. */
export async function httpBackend(
  request: IncomingMessage,
  response: ServerResponse,
  { projectRoot, user, hookEnvironment }: HttpBackendRequest,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://git.invalid');
  const header = (name: string): string => String(request.headers[name] ?? '');
  // A minimal environment: nothing of the person's own git configuration may change what the demo shows.
  const child = spawn('git', ['http-backend'], {
    env: {
      ...hookEnvironment,
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: projectRoot,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: header('content-length'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: user,
      REMOTE_ADDR: request.socket.remoteAddress ?? '',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // git may answer without reading the whole request (a refused push): that is no error of ours.
  const sent = pipeline(request, child.stdin).catch(() => undefined);
  await pipeline(child.stdout, cgiResponse(response), response);
  const code = await ended;
  await sent;
  if (code !== 0) throw new Error(`git http-backend exited with code ${code}: ${complaint.trim()}`);
}

/** Reads the CGI header block into the HTTP response and passes the body through. */
function cgiResponse(response: ServerResponse): Transform {
  let head: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) return done(null, chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return done();
      for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
        const colon = line.indexOf(':');
        const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
        if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      const body = head.subarray(end + 4);
      head = undefined;
      done(null, body);
    },
  });
}
