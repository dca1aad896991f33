import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { untilNodeIsFree } from '../support/e2e/stage-lock.ts';
import { onNode } from '../support/e2e/tier.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');

onNode('the demo, unattended', () => {
  it('plays the whole story and writes what it measured', { timeout: 900_000 }, async () => {
    const file = join(await temporaryFolder(), 'story.json');
    await untilNodeIsFree();
    const { code, said } = await demo('--once', '--json', file);
    expect(code, said).toBe(0);

    const story = JSON.parse(await readFile(file, 'utf8')) as Story;
    expect(Object.keys(story).sort()).toEqual([
      'api_requests',
      'gone_seconds',
      'left_over',
      'memory_mib',
      'ready_seconds',
      'run_state',
      'steps',
      'update_seconds',
    ]);
    expect(story).toMatchObject({ run_state: 'success', left_over: [] });
    // Which seconds are few enough is for the bench to say; here they must be real ones.
    for (const key of ['ready_seconds', 'update_seconds', 'gone_seconds'] as const) {
      expect(story[key], key).toBeGreaterThan(0.5);
      expect(story[key], key).toBeLessThan(300);
    }
    expect(story.api_requests).toBeGreaterThan(20);
    expect(story.memory_mib).toBeGreaterThan(40);
    for (const step of story.steps) {
      expect(Object.keys(step)).toEqual(['name', 'seconds']);
      expect(step.seconds).toBeGreaterThanOrEqual(0);
    }
    const order = [
      /webhook received/,
      /preview created/,
      /database ready/,
      /Airflow healthy/,
      /preview ready/,
      /gone/,
      /left over/,
    ];
    const at = order.map((like) => story.steps.findIndex(({ name }) => like.test(name)));
    expect(at).not.toContain(-1);
    expect(at.slice(4)).toEqual(at.slice(4).toSorted((one, other) => one - other));
  });
});

interface Story {
  steps: { name: string; seconds: number }[];
  ready_seconds: number;
  update_seconds: number;
  gone_seconds: number;
  run_state: string;
  left_over: string[];
  api_requests: number;
  memory_mib: number;
}

async function demo(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'demo', 'main.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  // One that hangs, or a run that is broken off, must not go on alone; SIGTERM makes it take everything down.
  const end = (): void => void child.kill('SIGTERM');
  const limit = setTimeout(end, 840_000);
  process.once('exit', end);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  process.off('exit', end);
  return { code, said };
}
