import { createHmac } from 'node:crypto';

/** `X-Hub-Signature-256` as GitHub makes it, without the library that checks it. */
export const signature = (body: Buffer | string, key: string) =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
