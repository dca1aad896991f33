import { describe, expect, test } from 'vitest';
import { anEcho, raw } from './rig.ts';

/** What Airflow was sent for a request with these lines. */
async function seen(lines: string, parts: Parameters<typeof anEcho>[0] = {}, trusted: string[] = []) {
  const { asked, port } = await anEcho(parts, { trustedProxies: trusted });
  const host = /^\s*host:/im.test(lines) ? '' : 'host: airflow.example.com\r\n';
  const answer = await raw(
    port,
    `GET /feature/hardy/ HTTP/1.1\r\n${host}connection: close\r\n${lines.trim().replace(/\n\s*/g, '\r\n')}\r\n\r\n`,
  );
  return { answer, headers: asked[0]?.headers };
}

const ALWAYS = {
  connection: 'keep-alive',
  host: 'airflow.example.com',
  'x-forwarded-host': 'airflow.example.com',
  'x-forwarded-proto': 'http',
  'x-forwarded-for': '127.0.0.1',
};

describe('the headers of a request', () => {
  test('F21: nothing that a sign-in, a cloud or another site gave the visitor reaches a branch', async () => {
    const { headers } = await seen(`
      cookie: _oauth2_proxy=SSO; session=other; _token_=x
      authorization: Bearer SSO-ID
      proxy-authorization: Basic x
      x-auth-request-email: a@example.com
      x-auth-request-access-token: t
      x-forwarded-access-token: t
      x-forwarded-user: a
      x-forwarded-email: a@example.com
      x-forwarded-groups: g
      x-forwarded-preferred-username: a
      x-amzn-oidc-data: t
      x-amzn-oidc-accesstoken: t
      cf-access-jwt-assertion: t
      cf-connecting-ip: 192.0.2.1
      x-goog-iap-jwt-assertion: t
      x-ms-token-aad-id-token: t
      remote-user: a
      x-something-new: t
      sec-ch-ua: x
      from: a@example.com
    `);
    expect(headers).toEqual(ALWAYS);
  });

  test('what Airflow’s UI, API and streams need passes', async () => {
    const needed = {
      accept: 'application/x-ndjson',
      'accept-encoding': 'br',
      'accept-language': 'en',
      'cache-control': 'no-cache',
      'content-type': 'application/json',
      'if-none-match': '"x"',
      range: 'bytes=0-9',
      'user-agent': 'test',
      'x-requested-with': 'XMLHttpRequest',
      'airflow-connection-test-token': 't',
      origin: 'http://airflow.example.com',
      referer: 'http://airflow.example.com/feature/hardy/dags?x=1',
    };
    const lines = Object.entries(needed).map(([name, value]) => `${name}: ${value}`);
    expect((await seen(lines.join('\n'))).headers).toEqual({ ...ALWAYS, ...needed });
  });

  test.each([
    'referer: http://airflow.example.com/feature/other/variables?token=t',
    'referer: http://sso.example.com/callback?code=c',
    'referer: http://airflow.example.com/feature/hardy/../other/',
    'origin: http://sso.example.com',
    'origin: null',
  ])('F21: where else the visitor was is not for a branch to know: %s', async (line) => {
    expect((await seen(line)).headers).toEqual(ALWAYS);
  });

  test('hop-by-hop headers are dropped, those that Connection names included', async () => {
    const { headers } = await seen(`
      connection: user-agent, cookie
      user-agent: x
      keep-alive: timeout=5
      te: trailers
      upgrade: h2c
    `);
    expect(headers).toEqual(ALWAYS);
  });
});

describe('F15: forwarding headers', () => {
  const told = `
    x-forwarded-host: evil.com
    x-forwarded-proto: gopher
    x-forwarded-prefix: /evil
    x-forwarded-port: 1
    x-forwarded-for: 198.51.100.9
    x-real-ip: 198.51.100.9
    forwarded: for=198.51.100.9;host=evil.com
  `;

  test('of a stranger say nothing', async () => {
    expect((await seen(told)).headers).toEqual(ALWAYS);
    expect((await seen(told, {}, ['10.0.0.0/8'])).headers).toEqual(ALWAYS);
  });

  test('host and scheme are those of the URL that was granted, whoever ends TLS in front', async () => {
    const { headers } = await seen('host: AIRFLOW.example.com.', {
      origin: 'https://airflow.example.com:8443',
    });
    expect(headers).toMatchObject({
      host: 'airflow.example.com:8443',
      'x-forwarded-host': 'airflow.example.com:8443',
      'x-forwarded-proto': 'https',
    });
  });

  test('an address that was asked for, by a port-forward, stays what it is', async () => {
    const { headers } = await seen('host: localhost:9999', { origin: 'https://airflow.example.com' });
    expect(headers).toMatchObject({ host: 'localhost:9999', 'x-forwarded-proto': 'http' });
    const local = { host: 'localhost', origin: 'http://localhost:8081' };
    expect((await seen('host: localhost:9999', local)).headers).toMatchObject({ host: 'localhost:9999' });
  });

  test('of a trusted proxy name the host, the scheme and who asked; what a client put before that is dropped', async () => {
    const proxied = `
      host: offshoot-gateway.offshoot.svc
      x-forwarded-host: evil.com, airflow.example.com
      x-forwarded-proto: https
      x-forwarded-for: 203.0.113.1, 198.51.100.9, 10.1.2.3
      x-forwarded-user: a
    `;
    const { headers } = await seen(proxied, {}, ['127.0.0.1', '10.0.0.0/8']);
    expect(headers).toEqual({ ...ALWAYS, 'x-forwarded-for': '198.51.100.9, 10.1.2.3, 127.0.0.1' });
    expect((await seen(proxied)).answer).toMatch(/^HTTP\/1.1 404 /);
    const byAddress = proxied.replace('evil.com, airflow.example.com', '192.0.2.1');
    expect((await seen(byAddress, {}, ['127.0.0.0/8'])).headers).toMatchObject({
      host: '192.0.2.1',
      'x-forwarded-proto': 'https',
    });
  });
});

test.each([
  ['evil.com', 404],
  ['attacker.example.net:8081', 404],
  ['airflow.example.com:8081', 200],
  ['127.0.0.1', 200],
  ['[::1]:1', 200],
  ['0x7f.1', 200],
  ['a b', 400],
  ['evil.com/airflow.example.com', 400],
  ['user@airflow.example.com', 400],
  ['airflow.example.com\r\nhost: evil.com', 400],
  ['airflow.example.com:x', 400],
  ['', 400],
])('F22: Host %j is answered %i', async (host, status) => {
  expect((await seen(`host: ${host}`)).answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});
