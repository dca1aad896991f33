import { createHmac, timingSafeEqual } from 'node:crypto';
import { Webhooks } from '@octokit/webhooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { Proof } from '../api.ts';

/** As `X-Hub-Signature-256` looks: anything else fits no body. */
const FORM = /^sha256=([0-9a-f]{64})$/;

/**
 * GitHub's HMAC over the raw body, computed while it arrives. Octokit has the last word (`confirms`), but wants the whole body as a text:
 * it is asked only about bytes that fit already, so that a stranger's are never more than counted.
 */
export function githubSignature(headers: IncomingHttpHeaders): Proof | undefined {
  const text = headers['x-hub-signature-256'];
  const digits = typeof text === 'string' ? FORM.exec(text)?.[1] : undefined;
  if (!digits) return undefined;
  const sent = Buffer.from(digits, 'hex');
  return {
    begin(keys) {
      const sums = keys.filter(Boolean).map((key) => ({ key, sum: createHmac('sha256', key) }));
      return {
        update: (chunk) => sums.forEach(({ sum }) => sum.update(chunk)),
        key: () => sums.find(({ sum }) => timingSafeEqual(sum.digest(), sent))?.key,
      };
    },
    confirms: (body, secret) =>
      new Webhooks({ secret }).verify(body.toString('utf8'), `sha256=${digits}`).catch(() => false),
  };
}
