import type { IncomingMessage } from 'node:http';

/** Whether a request asks to become a WebSocket. */
export const isWebSocket = (request: Pick<IncomingMessage, 'headers'>): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket' &&
  /\bupgrade\b/i.test(request.headers.connection ?? '');
