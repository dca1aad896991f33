import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readArguments } from '../../demo/arguments.ts';
import { Narrator } from '../../demo/narrator.ts';
import { Steps, type Step } from '../../demo/steps.ts';
import { Undo } from '../../demo/undo.ts';
import { until } from '../../demo/until.ts';

const never = new AbortController().signal;

test('a step is timed, and told once it held', async () => {
  const told: Step[] = [];
  const result = await new Steps(never, [], (step) => told.push(step)).step('sleep', 5, async () => {
    await sleep(60);
    return 7;
  });
  expect(result).toBe(7);
  expect(told).toMatchObject([{ name: 'sleep' }]);
  expect(told[0]!.seconds).toBeGreaterThanOrEqual(0.05);
  expect(told[0]!.seconds).toBeLessThan(1);
});

test('a step that is not done within its limit fails with what was seen last, and is not among those done', async () => {
  const told: Step[] = [];
  const steps = new Steps(never, told);
  const work = (signal: AbortSignal): Promise<true> =>
    until('a miracle', () => ({ yet: 'rain' }), { signal, everyMs: 10 });
  await expect(steps.step('hope', 0.1, work)).rejects.toThrow(
    'hope: timed out after 0.1 s: waited for a miracle, last seen: rain',
  );
  expect(told).toEqual([]);
});

test('a step whose work never answers ends all the same', async () => {
  const steps = new Steps(never, []);
  await expect(steps.step('hang', 0.05, () => new Promise(() => undefined))).rejects.toThrow(
    'hang: timed out after 0.05 s: it did not stop',
  );
});

test('an interruption ends the step at hand and every later one', async () => {
  const interruption = new AbortController();
  const steps = new Steps(interruption.signal, []);
  const waiting = steps.step('wait', 60, (signal) =>
    until('it', () => ({ yet: 'no' }), { signal, everyMs: 10 }),
  );
  interruption.abort();
  await expect(waiting).rejects.toThrow('wait: interrupted');
  await expect(steps.step('go on', 60, async () => 1)).rejects.toThrow('go on: interrupted');
});

test('an error while looking is something seen, not the end', async () => {
  let looks = 0;
  const look = async (): Promise<{ done: number }> => {
    if (++looks < 3) throw new Error('not there yet');
    return { done: looks };
  };
  expect(await until('three', look, { signal: never, everyMs: 1 })).toBe(3);
});

test('everything is unmade in the opposite order, though one part fails and one hangs', async () => {
  const undo = new Undo();
  const unmade: string[] = [];
  undo.add('first', async () => unmade.push('first'));
  undo.add('hanging', () => new Promise(() => undefined), 0.05);
  undo.add('failing', async () => {
    throw new Error('stuck');
  });
  undo.add('last', async () => unmade.push('last'));
  expect(await undo.all(() => undefined)).toEqual(['failing: stuck', 'hanging: timed out after 0.05 s']);
  expect(unmade).toEqual(['last', 'first']);
});

test('elapsed seconds count from the push, and a later push of the same branch counts anew', () => {
  const lines: string[] = [];
  const narrator = new Narrator((line) => lines.push(line.replace(/\u001b\[\d+m/g, '').trim()));
  narrator.pushing('feature/hardy', 1_000);
  const delivery = { id: '1', event: 'create', ref: 'feature/hardy', at: 1_300, outcome: { status: 202 } };
  narrator.delivery(delivery);
  narrator.happening({ branch: 'feature/hardy', what: 'created', at: 1_500 });
  narrator.happening({ branch: 'feature/hardy', what: 'Reconciling is True', at: 1_600 });
  narrator.happening({ branch: 'feature/hardy', what: 'Ready is True', at: 21_000 });
  narrator.delivery({
    ...delivery,
    event: 'push',
    ref: 'refs/heads/feature/hardy',
    at: 60_000,
    outcome: { lost: 'refused' },
  });
  expect(lines).toEqual([
    '0.3 s  feature/hardy: webhook received (create, 202)',
    '0.5 s  feature/hardy: preview created',
    '20.0 s  feature/hardy: preview ready',
    '0.0 s  feature/hardy: webhook push lost: refused',
  ]);
});

test('arguments are read, and wrong ones refused with what to do', () => {
  expect(readArguments([])).toMatchObject({ once: false, json: undefined, keep: false, inCluster: false });
  expect(readArguments(['--in-cluster', '--once', '--json', 'out.json'])).toMatchObject({
    once: true,
    json: 'out.json',
    keep: false,
    inCluster: true,
  });
  expect(readArguments(['--help'])).toBeUndefined();
  expect(readArguments(['--context', 'kind-dev', '--host-address', '172.18.0.1'])).toMatchObject({
    context: 'kind-dev',
    hostAddress: '172.18.0.1',
  });
  expect(() => readArguments(['--json', 'out.json'])).toThrow('add --once');
  expect(() => readArguments(['--host-address', '172.18.0.1'])).toThrow('add --context');
  expect(() => readArguments(['--context', 'kind-dev', '--keep'])).toThrow('always stays');
  expect(() => readArguments(['--context', 'kind-dev', '--in-cluster'])).toThrow('leave --context out');
  expect(() => readArguments(['--twice'])).toThrow(/--twice/);
});
