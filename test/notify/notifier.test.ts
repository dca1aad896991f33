import { describe, expect, test } from 'vitest';
import { NotifyError } from '../../src/notify/notify-error.ts';
import { aCondition } from '../support/builders.ts';
import { createListChannel, EVERY_MS, withList } from '../support/list-channel.ts';
import { aPreview, aRepository, failed, HEAD, ready, UID, uidAt } from './a-preview.ts';
import { aRig, keyOf } from './notifier-rig.ts';
import type { Preview } from '../../src/model/preview.ts';

const repository = withList(aRepository(''));
const other = (at: number, branch = `feature/${at}`) => aPreview({}, { uid: uidAt(at), branch });
const refused = new NotifyError('Refused', 'it is full');
const unreachable = new NotifyError('Unreachable', 'nobody is there');

function aNotifier() {
  const list = createListChannel();
  return { ...list, ...aRig([list.channel], repository) };
}

describe('a channel that is nothing but a folder and a line', () => {
  test('is told a whole life in one place, noted each time, then the outbox entry goes', async () => {
    const it = aNotifier();
    it.see(aPreview());
    await it.settle();
    expect(it.noticesOf(UID)).toEqual({ list: { line: 0, hash: expect.any(String) as string } });
    it.see(aPreview(failed));
    await it.settle();
    it.see(aPreview(ready));
    await it.settle();

    const going = aPreview(ready, { deletionTimestamp: 'now' });
    it.see(going);
    it.queueRemoval(going);
    await it.settle();
    expect(it.configMaps.size).toBe(0);
    expect(it.lines[0]?.versions.map(({ state }) => state)).toEqual([
      'preparing',
      'failed',
      'ready',
      'removed',
    ]);
    expect(it.lines).toHaveLength(1);

    // The cache may be behind: a preview that is over is not brought back.
    it.seeLate(aPreview(ready));
    await it.settle();
    expect(it.states()).toEqual(['removed feature/hardy']);
  });

  test('hears of the commit pushed last, though it is not the one that runs', async () => {
    const it = aNotifier();
    it.see(
      aPreview({ status: 'True', reason: 'GitRefused' }, { status: { commit: { synced: '2'.repeat(40) } } }),
    );
    await it.settle();
    expect(it.lines[0]?.versions).toMatchObject([{ head: HEAD, commit: '2'.repeat(40) }]);
  });

  test('is known to the outbox by a ConfigMap of its own, and reads Secrets where that lies', async () => {
    const it = aNotifier();
    it.see(aPreview());
    await it.settle();
    it.queueRemoval(aPreview());
    expect([...it.configMaps.values()]).toMatchObject([
      {
        metadata: { name: `offshoot-outbox-list-${UID}`, labels: { 'offshoot.dev/outbox': 'list' } },
        data: { entry: expect.stringContaining('"to":{"list":"dags"},"place":{"line":0}') as string },
      },
    ]);
    it.gone(aPreview());
    it.world.repository = undefined;
    await it.settle(10, keyOf(aPreview()));
    expect(it.states()).toEqual(['removed feature/hardy']);
    expect(it.calls.at(-1)).toEqual({ at: { line: 0 }, namespace: 'offshoot' });
  });
});

describe('the notifier', () => {
  test('tells and writes nothing again, however often it looks, and whatever the cache has missed', async () => {
    const it = aNotifier();
    const preview = aPreview(ready);
    it.see(preview);
    await it.settle();
    it.seeLate(preview);
    for (let i = 0; i < 5; i++) await it.look();
    it.see(preview);
    it.restart();
    await it.settle();
    expect([it.calls.length, it.writes.length]).toEqual([1, 1]);
  });

  test('notes it later when the API refuses, without telling it twice', async () => {
    const it = aNotifier();
    it.see(aPreview());
    it.world.refusal = new Error('conflict');
    expect(await it.settle(3)).toMatchObject([{ kind: 'Retry', error: it.world.refusal }]);
    expect(it.noticesOf(UID)).toBeUndefined();
    it.world.refusal = undefined;
    await it.settle();
    expect(it.noticesOf(UID)).toMatchObject({ list: { line: 0 } });
    expect(it.calls).toHaveLength(1);
  });

  test('a Preview that is gone when it is to be noted is no failure', async () => {
    const it = aNotifier();
    it.see(aPreview());
    it.stored.clear();
    expect(await it.settle()).toEqual([{ kind: 'Done' }]);
  });

  test('says in the status what keeps it from telling, once, and no longer than it lasts', async () => {
    const it = aNotifier();
    it.see(aPreview());
    await it.settle();
    it.fail(refused);
    it.see(aPreview(failed));
    await it.settle(4);
    expect(it.calls.length, 'tried more than once').toBeGreaterThan(2);
    expect(it.writes).toHaveLength(2);
    expect(it.notifiedOf(UID)).toMatchObject({
      status: 'False',
      reason: 'Refused',
      message: 'The list: it is full',
    });
    // Where its message is was never forgotten meanwhile.
    expect(it.noticesOf(UID)).toMatchObject({ list: { line: 0 } });
    it.fail(undefined);
    await it.settle();
    expect(it.notifiedOf(UID)).toBeUndefined();
    expect(it.states()).toEqual(['failed feature/hardy']);
  });

  test('that the trouble cannot be noted either does not hide it', async () => {
    const it = aNotifier();
    it.see(aPreview());
    it.fail(refused);
    it.world.refusal = new Error('API down');
    expect(await it.look()).toEqual([{ kind: 'Retry', error: refused }]);
  });

  test('what waiting alone ends is not worth a condition', async () => {
    const it = aNotifier();
    it.see(aPreview());
    it.fail(unreachable);
    await it.settle(3);
    expect(it.writes).toEqual([]);
  });

  test.each<[string, (it: ReturnType<typeof aNotifier>) => void]>([
    ['by the next look', () => undefined],
    ['where nobody is to be told any more', ({ world }) => (world.repository = aRepository(''))],
    ['where the DagRepository is gone', ({ world }) => (world.repository = undefined)],
  ])('a trouble of an earlier life is taken away %s', async (_title, change) => {
    const it = aNotifier();
    const told: Preview = aPreview(ready);
    told.status?.conditions?.push(aCondition({ type: 'Notified', reason: 'Refused' }));
    it.see(told);
    change(it);
    await it.settle();
    expect(it.notifiedOf(UID)).toBeUndefined();
    expect(it.writes).toHaveLength(1);
  });

  test('tells only how things are by the time the channel is back', async () => {
    const it = aNotifier();
    it.fail(unreachable);
    it.see(aPreview());
    await it.settle(3);
    it.see(aPreview(failed));
    await it.settle(3);
    it.see(aPreview(ready));
    it.fail(undefined);
    await it.settle();
    expect(it.lines[0]?.versions.map(({ state }) => state)).toEqual(['ready']);
  });

  test('tells Removed, once, for what came and went while the channel was down', async () => {
    const it = aNotifier();
    it.fail(unreachable);
    it.see(aPreview());
    await it.settle(3);
    it.queueRemoval(aPreview());
    it.gone(aPreview());
    await it.settle(3, keyOf(aPreview()));
    expect(it.configMaps.size).toBe(1);
    it.fail(undefined);
    await it.settle(10, keyOf(aPreview()));
    expect(it.lines[0]?.versions.map(({ state }) => state)).toEqual(['removed']);
    expect(it.configMaps.size).toBe(0);
  });

  test('an entry that nobody took for a day is dropped; a younger one is told', async () => {
    const it = aNotifier();
    const [old, young] = [other(1, 'old'), other(2, 'young')];
    it.queueRemoval(old, 'offshoot', new Date(Date.UTC(2026, 10, 19, 9)));
    it.queueRemoval(young, 'offshoot', new Date(Date.UTC(2026, 10, 20, 9)));
    await it.settle(10, keyOf(old), keyOf(young));
    expect(it.configMaps.size).toBe(0);
    expect(it.states()).toEqual(['removed young']);
  });

  test('F14: an entry of another namespace that claims a preview’s uid neither speaks for it nor silences it', async () => {
    const it = aNotifier();
    it.see(aPreview());
    it.queueRemoval(aPreview(), 'evil');
    await it.settle();
    it.see(aPreview(ready));
    await it.settle();
    expect(it.states()).toEqual(['ready feature/hardy']);
    expect([...it.configMaps.keys()]).toEqual([`evil/offshoot-outbox-list-${UID}`]);
  });

  test('is silent where nobody is to be told', async () => {
    const it = aNotifier();
    it.see(aPreview({ reason: 'BranchNotVerified' }));
    await it.settle();
    it.see(aPreview());
    it.world.repository = aRepository('');
    await it.settle();
    expect([it.calls, it.writes]).toEqual([[], []]);
  });

  test('keeps announcements to one target apart, as far as the channel asks for it', async () => {
    const it = aNotifier();
    [1, 2, 3].forEach((at) => it.see(other(at)));
    const outcomes = await it.look();
    expect(outcomes).toEqual([
      { kind: 'Done' },
      { kind: 'Wait', ms: EVERY_MS + 1 },
      { kind: 'Wait', ms: EVERY_MS + 1 },
    ]);
    it.clock.ms += EVERY_MS;
    expect((await it.look()).map(({ kind }) => kind)).toEqual(['Done', 'Done', 'Wait']);
  });

  test('leaves the whole target alone for as long as it asked', async () => {
    const it = aNotifier();
    it.see(other(1));
    it.fail(new NotifyError('RateLimited', 'wait', { retryAfterMs: 17_000 }));
    expect(await it.look()).toMatchObject([{ kind: 'Retry', ms: 17_000 }]);
    it.fail(undefined);
    it.see(other(2));
    expect((await it.look()).map(({ kind }) => kind)).toEqual(['Wait', 'Wait']);
    it.clock.ms += 16_999;
    expect((await it.look()).map(({ kind }) => kind)).toEqual(['Wait', 'Wait']);
    it.clock.ms += 1;
    await it.settle();
    expect(it.states().sort()).toEqual(['preparing feature/1', 'preparing feature/2']);
  });
});

describe('two channels', () => {
  function both() {
    const [one, two] = [createListChannel(), createListChannel()];
    const second = { ...two, channel: { ...two.channel, name: 'second', title: 'The second list' } };
    return { one, second, ...aRig([one.channel, second.channel], repository) };
  }

  test('share one status, in which neither loses what the other wrote', async () => {
    const it = both();
    it.see(aPreview());
    await it.settle();
    await it.settle();
    const last = { line: 0, hash: expect.any(String) as string };
    expect(it.noticesOf(UID)).toEqual({ list: last, second: last });
    it.see(aPreview(ready));
    await it.settle();
    await it.settle();
    expect([it.one.states(), it.second.states()]).toEqual([['ready feature/hardy'], ['ready feature/hardy']]);
    it.restart();
    const written = it.writes.length;
    it.see(aPreview(ready));
    await it.settle();
    expect(it.writes, 'nothing is left to be noted').toHaveLength(written);
  });

  test('have troubles of their own: one that is down keeps nothing from the other', async () => {
    const it = both();
    it.one.fail(refused);
    it.see(aPreview());
    await it.settle(3);
    expect([it.one.states(), it.second.states()]).toEqual([[], ['preparing feature/hardy']]);
    expect(it.notifiedOf(UID)).toMatchObject({ reason: 'Refused' });
    it.second.fail(refused);
    it.see(aPreview(ready));
    await it.settle(3);
    it.one.fail(undefined);
    await it.settle(3);
    expect(it.notifiedOf(UID), 'the second list is in trouble still').toMatchObject({ reason: 'Refused' });
    it.second.fail(undefined);
    await it.settle();
    expect(it.notifiedOf(UID)).toBeUndefined();
  });

  test('tell a removal each for itself', async () => {
    const it = both();
    it.see(aPreview());
    await it.settle();
    it.queueRemoval(aPreview());
    expect(it.configMaps.size).toBe(2);
    it.one.fail(unreachable);
    it.gone(aPreview());
    await it.settle(3, keyOf(aPreview()));
    expect([...it.configMaps.keys()]).toEqual([`offshoot/offshoot-outbox-list-${UID}`]);
    expect(it.second.states()).toEqual(['removed feature/hardy']);
  });
});
