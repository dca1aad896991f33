import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { Airflow } from '../../demo/airflow.ts';
import { listen } from '../../demo/listen.ts';
import { openUrl } from '../../demo/open-url.ts';

type Answer = readonly [status: number, type: string, body: string];

/** An Airflow under `/feature/hardy` that answers these paths, and every other with the UI's page, as the real one. */
async function anAirflow(answers: Readonly<Record<string, Answer>>): Promise<Airflow> {
  const fallback: Answer = [200, 'text/html', '<html><base href="/feature/hardy/"></html>'];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.replace(/^\/feature\/hardy/, '').replace(/\?.*/, '') ?? '';
    const [status, type, body] = answers[path] ?? fallback;
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const { url, stop } = await listen(server, '127.0.0.1', 0);
  onTestFinished(stop);
  return new Airflow(`${url}/feature/hardy/`);
}

const json = (body: unknown): Answer => [200, 'application/json', JSON.stringify(body)];
const healthy = { status: 'healthy' };
const well = { metadatabase: healthy, scheduler: healthy, triggerer: healthy, dag_processor: healthy };

test.each([
  ['all four parts are healthy', json(well), { done: true }],
  ['one is not', json({ ...well, triggerer: { status: 'unhealthy' } }), { yet: 'triggerer is unhealthy' }],
  [
    'one has never reported',
    json({ ...well, scheduler: { status: null } }),
    { yet: 'scheduler is not there' },
  ],
])('health when %s', async (_when, answer, expected) => {
  const airflow = await anAirflow({ '/api/v2/monitor/health': answer });
  expect(await airflow.health()).toEqual(expected);
});

test('a page, whatever its status, is no health', async () => {
  const waiting = await anAirflow({ '/api/v2/monitor/health': [503, 'text/html', 'getting ready'] });
  expect(await waiting.health()).toEqual({ yet: `${waiting.url} answers 503 (text/html)` });
  const page = await anAirflow({});
  expect(await page.health()).toEqual({ yet: `${page.url} answers 200 (text/html)` });
});

test.each([
  ['the same source', [{ dag_id: 'hello' }], 'new', { done: true }],
  ['another source', [{ dag_id: 'hello' }], 'old', { yet: 'the source of hello belongs to another commit' }],
  ['no such DAG', [], 'new', { yet: 'not listed: hello' }],
])('a commit is shown only by %s', async (_what, dags, content, expected) => {
  const airflow = await anAirflow({
    '/auth/token': json({ access_token: 't' }),
    '/api/v2/dags': json({ dags }),
    '/api/v2/dagSources/hello': json({ content }),
  });
  expect(await airflow.shows(new Map([['hello', 'new']]))).toEqual(expected);
});

test('opening the URL wants the page and its assets, all of them under its path', async () => {
  const page = (script: string): Answer => [
    200,
    'text/html',
    `<html><head><base href="/feature/hardy/"><script type="module" src="${script}"></script></head></html>`,
  ];
  const script: Answer = [200, 'text/javascript', 'export {}'];
  await openUrl(await anAirflow({ '/': page('./static/a.js'), '/static/a.js': script }));
  await expect(openUrl(await anAirflow({ '/': page('./static/a.js') }))).rejects.toThrow(
    /a\.js answered 200 \(text\/html\)/,
  );
  await expect(openUrl(await anAirflow({ '/': page('/static/a.js') }))).rejects.toThrow(/outside its path/);
  await expect(openUrl(await anAirflow({}))).rejects.toThrow(/references no script/);
});
