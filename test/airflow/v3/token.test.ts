import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { airflowToken, isSignedWith } from '../../../src/airflow/v3/token.ts';

test('a token carries the claims that Airflow asks for, is short-lived, and is signed with HS512', () => {
  const now = Date.parse('2026-11-21T05:00:00Z');
  const [header = '', claims = '', signature] = airflowToken('secret', 'VIEWER', now).split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(read(header)).toEqual({ alg: 'HS512', typ: 'JWT' });
  const at = now / 1_000;
  expect(read(claims)).toEqual({
    sub: 'offshoot',
    role: 'VIEWER',
    aud: 'apache-airflow',
    iat: at - 10,
    nbf: at - 10,
    exp: at + 60,
  });
  expect(signature).toBe(createHmac('sha512', 'secret').update(`${header}.${claims}`).digest('base64url'));
});

test('whether a token was signed with a secret can be told, whatever it looks like', () => {
  const token = airflowToken('secret', 'ADMIN');
  expect(isSignedWith('secret', token)).toBe(true);
  expect(isSignedWith('another', token)).toBe(false);
  for (const wrong of ['', '.', '..', 'x', `${token}x`, token.slice(1), token.replace('.', '.x'), 'a.b.€'])
    expect(isSignedWith('secret', wrong), wrong).toBe(false);
});
