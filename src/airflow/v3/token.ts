import { createHmac, timingSafeEqual } from 'node:crypto';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token for Airflow's API, signed with the secret that Offshoot generated for this one preview: no user, no log-in, a minute long. */
export function airflowToken(jwtSecret: string, role: 'VIEWER' | 'ADMIN', now: number = Date.now()): string {
  const at = Math.floor(now / 1_000);
  // The clocks of two machines may differ a little.
  const claims = { sub: 'offshoot', role, aud: 'apache-airflow', iat: at - 10, nbf: at - 10, exp: at + 60 };
  const signed = `${base64url({ alg: 'HS512', typ: 'JWT' })}.${base64url(claims)}`;
  return `${signed}.${signature(jwtSecret, signed)}`;
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Was this token signed with a preview's own secret? Whether it has expired and what it permits, Airflow decides. */
export function isSignedWith(jwtSecret: string, token: string): boolean {
  if (!JWT.test(token)) return false;
  const at = token.lastIndexOf('.');
  const [given, right] = [token.slice(at + 1), signature(jwtSecret, token.slice(0, at))];
  return given.length === right.length && timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(right));
}

const signature = (jwtSecret: string, text: string) =>
  createHmac('sha512', jwtSecret).update(text).digest('base64url');
