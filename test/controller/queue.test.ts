import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import { createQueue } from '../../src/controller/queue.ts';
import { done, requeueAfter } from '../../src/model/outcome.ts';
import type { QueueOptions } from '../../src/controller/queue.ts';
import type { Outcome } from '../../src/model/outcome.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue over work that ends only when the test says so. */
function aQueue(parts: Partial<QueueOptions> = {}) {
  const started: string[] = [];
  const open: { key: string; end(outcome: Outcome): void; fail(error: Error): void }[] = [];
  const retries: { key: string; ms: number }[] = [];
  const queue = createQueue({
    workers: 2,
    reconcile: (key) => {
      started.push(key);
      return new Promise((resolve, reject) => open.push({ key, end: resolve, fail: reject }));
    },
    onRetry: (key, _error, ms) => retries.push({ key, ms }),
    ...parts,
  });
  const end = async (key: string, outcome: Outcome | Error = done) => {
    const at = open.findIndex((one) => one.key === key);
    const [run] = open.splice(at, 1);
    if (outcome instanceof Error) run?.fail(outcome);
    else run?.end(outcome);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { queue, started, retries, end };
}

test('a key that is asked for many times while it waits runs once', async () => {
  const { queue, started, end } = aQueue({ workers: 1 });
  queue.add('a');
  for (let i = 0; i < 5; i++) queue.add('b');
  expect(started).toEqual(['a']);
  await end('a');
  await end('b');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started).toEqual(['a', 'b']);
});

test('a key that is asked for while it runs runs once more, never twice at a time', async () => {
  const { queue, started, end } = aQueue();
  queue.add('a');
  queue.add('a');
  queue.add('a');
  expect(started).toEqual(['a']);
  await end('a');
  expect(started).toEqual(['a', 'a']);
  await end('a');
  expect(started).toEqual(['a', 'a']);
});

test('as many keys run at a time as there are workers, in the order in which they were asked for', async () => {
  const { queue, started, end } = aQueue();
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  expect(started).toEqual(['a', 'b']);
  await end('b');
  expect(started).toEqual(['a', 'b', 'c']);
});

test('what wants to run again runs then, or earlier if somebody asks', async () => {
  const { queue, started, end } = aQueue();
  queue.add('a');
  await end('a', requeueAfter(1_000));
  await vi.advanceTimersByTimeAsync(999);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
  await end('a', requeueAfter(1_000));
  queue.add('a');
  expect(started).toHaveLength(3);
  await end('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(started).toHaveLength(3);
});

test('the earlier of two wishes wins, whichever comes first', async () => {
  const { queue, started, end } = aQueue();
  queue.addAfter('a', 5_000);
  queue.addAfter('a', 1_000);
  queue.addAfter('a', 9_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(started).toEqual(['a']);
  await end('a');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(started).toEqual(['a']);
});

test('a key that fails waits about twice as long each time, at most the maximum, and alone', async () => {
  const { queue, started, retries, end } = aQueue({ limits: { firstMs: 100, maxMs: 1_000 } });
  queue.add('a');
  for (let i = 0; i < 8; i++) {
    await end('a', new Error('no'));
    await vi.advanceTimersByTimeAsync(1_250);
  }
  const limits = [100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000];
  expect(retries).toHaveLength(8);
  retries.forEach(({ ms }, at) => {
    expect(ms).toBeGreaterThanOrEqual(limits[at]! * 0.75);
    expect(ms).toBeLessThanOrEqual(limits[at]! * 1.25);
  });
  queue.add('b');
  expect(started.at(-1)).toBe('b');
  await end('a');
  // What went well is forgotten: the next failure waits no longer than a first one.
  queue.add('a');
  await end('a', new Error('no'));
  expect(retries.at(-1)!.ms).toBeLessThanOrEqual(125);
});

test('success forgets the failures before it', async () => {
  const { queue, retries, end } = aQueue({ limits: { firstMs: 100, maxMs: 10_000 } });
  queue.add('a');
  await end('a', { kind: 'Retry', error: new Error('no') });
  await vi.advanceTimersByTimeAsync(200);
  await end('a');
  queue.add('a');
  await end('a', { kind: 'Retry', error: new Error('no') });
  expect(retries[1]?.ms).toBeLessThanOrEqual(125);
});

test('a key that only waited for its turn is as far in its back-off as before', async () => {
  const { queue, started, retries, end } = aQueue({ limits: { firstMs: 100, maxMs: 10_000 } });
  queue.add('a');
  await end('a', new Error('no'));
  await vi.advanceTimersByTimeAsync(125);
  await end('a', { kind: 'Wait', ms: 50 });
  await vi.advanceTimersByTimeAsync(50);
  expect(started).toHaveLength(3);
  await end('a', new Error('no'));
  expect(retries[1]?.ms).toBeGreaterThanOrEqual(150);
});

test('a server that says how long to wait is obeyed', async () => {
  const { queue, started, retries, end } = aQueue();
  queue.add('a');
  await end('a', { kind: 'Retry', error: new Error('busy'), ms: 30_000 });
  expect(retries[0]?.ms).toBe(30_000);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
});

test('asked for while it ran and failed, it is not lost: it comes with the retry', async () => {
  const { queue, started, end } = aQueue();
  queue.add('a');
  queue.add('a');
  await end('a', new Error('no'));
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started).toHaveLength(2);
});

test('stopping waits for what runs, starts nothing more and takes nothing more', async () => {
  const { queue, started, end } = aQueue({ workers: 1 });
  queue.add('a');
  queue.add('b');
  queue.addAfter('c', 10);
  let stopped = false;
  const stopping = queue.stop().then(() => (stopped = true));
  queue.add('d');
  await vi.advanceTimersByTimeAsync(1_000);
  expect({ stopped, started }).toEqual({ stopped: false, started: ['a'] });
  await end('a', requeueAfter(1));
  await stopping;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started).toEqual(['a']);
});

test('whatever happens in whatever order: after the last wish for a key a run of it begins', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('after' as const), key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(500) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(300) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.infiniteStream(fc.nat(99)),
      async (steps, luck) => {
        let clock = 0;
        const wished = new Map<string, number>();
        const begun = new Map<string, number>();
        const running = new Set<string>();
        const queue = createQueue({
          workers: 2,
          limits: { firstMs: 10, maxMs: 100 },
          onRetry: () => undefined,
          reconcile: async (key) => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            expect(running.size).toBeLessThanOrEqual(2);
            begun.set(key, ++clock);
            const fate = luck.next().value as number;
            await new Promise((resolve) => setTimeout(resolve, fate));
            running.delete(key);
            if (fate < 20) throw new Error('no');
            return fate < 40 ? requeueAfter(fate) : done;
          },
        });
        for (const one of steps) {
          if (one.do !== 'wait') wished.set(one.key, ++clock);
          if (one.do === 'add') queue.add(one.key);
          if (one.do === 'after') queue.addAfter(one.key, one.ms);
          if (one.do === 'wait') await vi.advanceTimersByTimeAsync(one.ms);
        }
        await vi.advanceTimersByTimeAsync(60_000);
        for (const [key, at] of wished) expect(begun.get(key) ?? 0).toBeGreaterThan(at);
        expect(running.size).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test('F13: the earlier of two wishes wins, though the wall clock was set back between them', async () => {
  const { queue, started } = aQueue();
  queue.addAfter('a', 60_000);
  vi.setSystemTime(Date.now() - 3_600_000);
  queue.addAfter('a', 1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(started).toEqual(['a']);
});

test('F13: nor does a clock that was set forward put the later of two wishes first', async () => {
  const { queue, started } = aQueue();
  queue.addAfter('a', 1_000);
  vi.setSystemTime(Date.now() - 3_600_000);
  queue.addAfter('a', 60_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(started).toEqual(['a']);
});
