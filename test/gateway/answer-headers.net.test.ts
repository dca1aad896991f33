import { expect, test } from 'vitest';
import { aDestination } from './a-destination.ts';
import { aGateway, anAirflow } from './rig.ts';

/** What a browser gets of an answer with these headers. */
async function answered(headers: Record<string, string | string[]>) {
  const { upstream } = await anAirflow((_request, response) => response.writeHead(200, headers).end('x'));
  const { url } = await aGateway([aDestination({ upstream })]);
  return (await fetch(`${url}/feature/hardy/`)).headers;
}

const cookies = async (...list: string[]) => (await answered({ 'set-cookie': list })).getSetCookie();

test('F16: what speaks for the whole origin, to other sites or to a proxy in front is not a branch’s to send', async () => {
  const hostile = {
    'service-worker-allowed': '/',
    'clear-site-data': '"*"',
    'alt-svc': 'h2="evil.com:443"',
    'strict-transport-security': 'max-age=1; includeSubDomains',
    'public-key-pins': 'x',
    'reporting-endpoints': 'a="https://evil.com"',
    'report-to': '{}',
    nel: '{}',
    'accept-ch': 'x',
    'access-control-allow-origin': 'https://evil.com',
    'access-control-allow-credentials': 'true',
    'x-accel-redirect': '/internal',
    'x-sendfile': '/etc/passwd',
    refresh: '0; url=https://evil.com',
  };
  const got = await answered({ ...hostile, 'content-type': 'text/css', etag: '"x"', vary: 'accept' });
  for (const name of Object.keys(hostile)) expect(got.has(name), name).toBe(false);
  expect(['content-type', 'etag', 'vary'].map((name) => got.get(name))).toEqual([
    'text/css',
    '"x"',
    'accept',
  ]);
});

test('F16: the cookie of Airflow stays within its preview', async () => {
  expect(
    await cookies('_token=a.b.c; Domain=example.com; HttpOnly; path=/feature/hardy/; SameSite=lax; Secure'),
  ).toEqual(['_token=a.b.c; HttpOnly; SameSite=lax; Secure; Path=/feature/hardy/']);
  expect(await cookies('_token=x', '_token=x; Path=x')).toEqual([
    '_token=x; Path=/feature/hardy/',
    '_token=x; Path=/feature/hardy/',
  ]);
});

test('a renewed token survives that Airflow clears what older versions left at the root', async () => {
  expect(await cookies('_token=new; Path=/feature/hardy/', '_token=""; Max-Age=0; Path=/')).toEqual([
    '_token=new; Path=/feature/hardy/',
  ]);
});

test.each([
  '_token=x; Path=/feature/other',
  '_token=x; Path=/feature/hardy2',
  '_token=x; Path=/feature/hardy; Path=/',
  '_oauth2_proxy=fixed',
  'session=fixed; Path=/feature/hardy/',
  '_tokens=x',
  '_token',
  '__Host-_token=x; Secure; Path=/',
])('F21: no preview plants a cookie for another: %s', async (cookie) => {
  expect(await cookies(cookie)).toEqual([]);
});
