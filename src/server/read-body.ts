import { refusal } from './refusal.ts';
import type { IncomingMessage } from 'node:http';
import type { Place } from './body-pool.ts';

/** As large as the largest delivery of any code host. */
const BODY_LIMIT = 25 * 1024 * 1024;

/**
 * The chunks of a body as they arrived, all of it or a Refusal. When its place is needed for others, what came is let go at once; the
 * rest of it is not read.
 */
export function readBody(
  request: IncomingMessage,
  place: Place,
  seen: (chunk: Buffer) => void,
): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    const stop = (code: Parameters<typeof refusal>[0]) => {
      chunks.length = 0;
      request.off('data', onData).pause();
      reject(refusal(code));
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > BODY_LIMIT) return stop('too large');
      chunks.push(chunk);
      seen(chunk);
      place.take(chunk.length);
    };
    const brokenOff = () => request.readableEnded || stop('broken off');
    // Also after the last chunk, for as long as the place is held.
    place.signal.addEventListener('abort', () => stop('no room'), { once: true });
    if (place.signal.aborted) return stop('no room');
    if (Number(request.headers['content-length']) > BODY_LIMIT) return stop('too large');
    if (request.destroyed) return void brokenOff();
    request
      .on('data', onData)
      .once('end', () => resolve(chunks))
      .once('error', brokenOff)
      .once('close', brokenOff);
  });
}
