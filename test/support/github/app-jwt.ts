import { generateKeyPairSync, verify, type KeyObject } from 'node:crypto';

/** Keys as GitHub hands them out: the private one in PKCS #1. Made once: it takes a while. */
export function appKeys(): { publicKey: KeyObject; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { publicKey, privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}

interface Claims {
  iss?: unknown;
  iat?: unknown;
  exp?: unknown;
}

/** Whose App a JWT is, checked as GitHub does: RS256 by the App's own key, at most ten minutes long, not from the future. */
export function appOf(jwt: string, publicKeyOf: (appId: string) => KeyObject | undefined, now: number) {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString() || '{}') as object;
  const { iss, iat, exp } = read(body) as Claims;
  const key = publicKeyOf(String(iss));
  if ((read(head) as { alg?: string }).alg !== 'RS256' || !key) return undefined;
  const genuine = verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  const [from, to, second] = [Number(iat), Number(exp), now / 1_000];
  return genuine && from <= second + 1 && to > second && to - from <= 660 ? String(iss) : undefined;
}
