import { expect, test } from 'vitest';
import { anEcho, raw } from './rig.ts';

async function send(method: string, ...lines: string[]) {
  const { asked, port } = await anEcho();
  const head = [
    `${method} /feature/hardy/x HTTP/1.1`,
    'host: airflow.example.com',
    'connection: close',
    ...lines,
  ];
  const answer = await raw(port, `${head.join('\r\n')}\r\n\r\n`);
  return { status: Number(answer.split(' ')[1]), asked: asked.length };
}

const foreign = [
  ['origin: https://evil.com'],
  ['origin: http://airflow.example.com.evil.com'],
  ['origin: http://airflow.example.com:3000'],
  ['origin: null'],
  ['sec-fetch-site: cross-site'],
];

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('F22: a page of another site cannot %s', async (method) => {
  for (const lines of foreign) expect(await send(method, ...lines)).toEqual({ status: 403, asked: 0 });
});

test.each([
  ['a program', []],
  ['its own page', ['origin: http://airflow.example.com', 'sec-fetch-site: same-origin']],
  ['its own page behind TLS', ['origin: https://airflow.example.com']],
])('%s can', async (_who, lines) => {
  expect(await send('POST', ...lines)).toEqual({ status: 200, asked: 1 });
});

test('a link on another site may lead here', async () => {
  expect(await send('GET', 'sec-fetch-site: cross-site')).toEqual({ status: 200, asked: 1 });
});

test('F16: no preview installs a service worker, which would outlive its branch', async () => {
  expect(await send('GET', 'service-worker: script')).toEqual({ status: 403, asked: 0 });
});
