import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { partsScript } from '../../../src/backends/native/forked.ts';
import { aDesign } from '../../support/builders.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { native } from '../rendered.ts';
import type { AddressInfo } from 'node:net';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The scripts as a container finds them: what the preview's ConfigMap holds. */
async function mounted() {
  const folder = await temporaryFolder();
  const { data } = partsScript(native(aDesign())) as unknown as { data: Record<string, string> };
  for (const [file, text] of Object.entries(data)) await writeFile(join(folder, file), text);
  return folder;
}

/** A TCP port that somebody listens on, which is all that is asked of a database here. */
async function aDatabase() {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** The real script on real processes; `play` says by file name what Airflow's commands do, in Python. */
export async function supervised(play: Record<string, string> = {}, port?: number) {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries(play)) await writeFile(join(folder, file), text);
  await copyFile(join(here, 'airflow.sh'), join(folder, 'airflow'));
  await chmod(join(folder, 'airflow'), 0o755);
  const child = spawn('python3', [join(here, 'run.py')], {
    env: {
      PATH: [folder, process.env['PATH']].join(delimiter),
      PYTHONPATH: [here, await mounted()].join(delimiter),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      PLAY: folder,
      AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `postgresql://airflow:x@127.0.0.1:${port ?? (await aDatabase())}/airflow`,
    },
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGTERM'); // it takes its parts along
    await ended;
  });
  let out = '';
  const heard = new EventEmitter();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('latin1').on('data', (text: string) => {
      out += text;
      heard.emit('output');
    });
  return {
    pid: child.pid!,
    folder,
    lines: () => out.split('\n').slice(0, -1),
    /** Waits until this has been printed so many times; gives the matches. */
    async says(pattern: RegExp, times = 1): Promise<RegExpMatchArray[]> {
      for (;;) {
        const found = [...out.matchAll(new RegExp(pattern, 'gm'))];
        if (found.length >= times) return found;
        const over = ended.then(() => 'ended' as const);
        const what = await Promise.race([once(heard, 'output'), over]);
        if (what === 'ended' && [...out.matchAll(new RegExp(pattern, 'gm'))].length < times)
          throw new Error(`ended without saying ${pattern} ${times} times:\n${out}`);
      }
    },
    ends: () => ended,
    stop: () => child.kill('SIGTERM'),
    lastWords: () => readFile(join(folder, 'termination-log'), 'utf8').catch(() => undefined),
  };
}
