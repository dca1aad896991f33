import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { answers } from '../../src/backends/native/airflow-containers.ts';
import { API_PORT } from '../../src/backends/native/settings.ts';
import { listen, type Listening } from '../../demo/listen.ts';
import { aDesign } from '../support/builders.ts';
import { native } from './rendered.ts';

let listening: Listening;
afterEach(() => listening.stop());

/** The probe's own command, with a port that stands for the API server's; it is over when the probe succeeds. */
function probe(port: number) {
  const [shell = '', ...args] = answers(native(aDesign())).exec.command.map((one) =>
    one === String(API_PORT) ? String(port) : one,
  );
  return once(spawn(shell, args, { stdio: 'ignore' }), 'exit');
}

test('the probe for the start lasts until the API server answers with 200 under the branch’s path', async () => {
  const asked: string[] = [];
  const statuses = [500, 404, 200];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(statuses[asked.length - 1] ?? 500).end('{}');
  });
  listening = await listen(server, '127.0.0.1', 0);
  expect(await probe(listening.port)).toEqual([0, null]);
  expect(asked).toEqual(statuses.map(() => `${new URL(aDesign().url).pathname}/api/v2/version`));
});

test('it waits for a server that is not there yet', async () => {
  const server = () => createServer((_request, response) => response.end('{}'));
  const { port, stop } = await listen(server(), '127.0.0.1', 0);
  await stop();
  const over = probe(port);
  listening = await listen(server(), '127.0.0.1', port);
  expect(await over).toEqual([0, null]);
});
