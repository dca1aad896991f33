import { describe, expect, test } from 'vitest';
import type { Cache, Change, KubeObject } from '../../src/cluster/api.ts';
import { kinds } from '../../src/model/kinds.ts';
import type { EdgeApi } from './edge-api.ts';
import { faults, status } from './faults.ts';
import { aRig, until } from './rig.ts';

const versions = (
  objects: { metadata: { name: string; uid?: string; resourceVersion?: string } }[],
): string[] =>
  objects.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort();

const same = (cache: Cache<KubeObject>, api: EdgeApi): boolean =>
  versions(cache.list()).join() === versions(api.objects).join();

describe.concurrent('a cache', () => {
  test.for(Object.entries(faults))('equals the server again after: %s, on a watch', async ([, fault]) => {
    await using rig = await aRig();
    const { api, cluster } = rig;
    api.put('kept', { a: '1' });
    api.put('doomed');
    api.watchFaults.push(fault, fault);
    const cache = cluster.watch(kinds.ConfigMap);
    cache.start();
    await cache.synced();
    api.put('new');
    api.put('kept', { a: '2' });
    api.remove('doomed');
    await until(
      () => same(cache, api),
      10,
      () => rig.warnings,
    );
    await until(() => api.openWatches === 1);
    expect(api.mostOpenWatches).toBe(1);
  });

  const slow = ['half-open', 'no headers', 'headers that never end', 'headers that trickle for ever'];
  const lists = Object.entries(faults).filter(([name]) => !slow.includes(name));
  test.for(lists)('is complete in the end after: %s, on the first list', async ([, fault]) => {
    await using rig = await aRig({ deadlineMs: 1000 });
    rig.api.put('one');
    rig.api.listFaults.push(fault, fault);
    const cache = rig.cluster.watch(kinds.ConfigMap);
    cache.start();
    await cache.synced();
    expect(same(cache, rig.api)).toBe(true);
  });

  test('tells of what went and came while a version was compacted away, two lives of one name included', async () => {
    await using rig = await aRig();
    const { api, cluster } = rig;
    for (const name of ['stays', 'changes', 'goes', 'reborn']) api.put(name);
    const told: string[] = [];
    const cache = cluster.watch(kinds.ConfigMap);
    cache.onChange(({ type, object, previous }) =>
      told.push(`${type} ${object.metadata.name} ${object.metadata.uid} ${previous ? 'known' : 'new'}`),
    );
    // The first watch ends before it sees anything, and the second finds its version gone.
    api.watchFaults.push((_request, response) => {
      api.put('changes', { b: '1' });
      api.remove('goes');
      api.remove('reborn');
      api.put('reborn');
      api.put('comes');
      api.compact();
      response.writeHead(200).end();
    });
    cache.start();
    await cache.synced();
    told.length = 0;
    await until(() => cache.get({ namespace: 'default', name: 'comes' }) !== undefined && same(cache, api));
    expect(told.sort()).toEqual([
      'added comes uid-6 new',
      'added reborn uid-5 new',
      'deleted goes uid-3 known',
      'deleted reborn uid-4 known',
      'modified changes uid-2 known',
    ]);
  });

  test('waits as long as Retry-After says', async () => {
    await using rig = await aRig();
    rig.api.watchFaults.push(status(429, { 'retry-after': '2' }));
    const cache = rig.cluster.watch(kinds.ConfigMap);
    cache.start();
    await cache.synced();
    await until(() => rig.api.requests.length === 2);
    const asked = performance.now();
    await until(() => rig.api.requests.length === 3);
    expect(performance.now() - asked).toBeGreaterThan(1900);
  });

  test('does not storm a server that refuses every watch', async () => {
    await using rig = await aRig();
    for (let i = 0; i < 100; i += 1) rig.api.watchFaults.push(faults[500]);
    const cache = rig.cluster.watch(kinds.ConfigMap);
    cache.start();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(rig.api.requests.length).toBeLessThan(30);
    expect(rig.api.openWatches).toBe(0);
    expect(rig.warnings.at(-1)).toContain('500');
  });

  test('holds frozen objects with their kind, and finds them by name, by uid and by label', async () => {
    await using rig = await aRig();
    const { api, cluster } = rig;
    const label = 'offshoot.dev/preview-uid';
    api.put('a', { x: '1' }, { [label]: 'one' });
    const cache = cluster.watch(kinds.ConfigMap);
    cache.start();
    await cache.synced();
    const names = (value: string): string[] =>
      cache
        .labelled(label, value)
        .map((o) => o.metadata.name)
        .sort();
    expect(names('one')).toEqual(['a']);
    api.put('b', {}, { [label]: 'one' });
    api.put('a', {}, { [label]: 'two' });
    await until(() => same(cache, api));
    expect([names('one'), names('two'), names('three')]).toEqual([['b'], ['a'], []]);
    const uid = cache.get({ namespace: 'default', name: 'b' })?.metadata.uid ?? '';
    expect(cache.byUid(uid)?.metadata.name).toBe('b');
    api.remove('b');
    await until(() => same(cache, api));
    expect([names('one'), cache.byUid(uid)]).toEqual([[], undefined]);
    const a = cache.get({ namespace: 'default', name: 'a' });
    expect(cache.byUid(a?.metadata.uid ?? '')).toBe(a);
    expect(a).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect([Object.isFrozen(a), Object.isFrozen(a?.metadata.labels)]).toEqual([true, true]);
  });

  test('survives listeners that throw, and tells the others', async () => {
    await using rig = await aRig();
    const cache = rig.cluster.watch(kinds.ConfigMap);
    const told: Change<KubeObject>[] = [];
    cache.onChange(() => {
      throw new Error('mine');
    });
    const later: unknown = () => Promise.reject(new Error('mine, later'));
    cache.onChange(later as () => void);
    cache.onChange((change) => told.push(change));
    cache.start();
    await cache.synced();
    rig.api.put('x');
    await until(() => told.length === 1);
    expect(rig.warnings).toEqual(['a listener of a cache failed', 'a listener of a cache failed']);
  });

  test('connects only after start, and stops at once whatever it is waiting for', async () => {
    await using rig = await aRig();
    const waits = [
      ['an answer', faults['no headers']],
      ['an event', undefined],
      ['the next attempt', status(429, { 'retry-after': '100' })],
    ] as const;
    for (const [, fault] of waits) {
      const before = rig.api.requests.length;
      if (fault) rig.api.watchFaults.push(fault);
      const cache = rig.cluster.watch(kinds.ConfigMap);
      expect(rig.api.requests.length).toBe(before);
      cache.start();
      await until(() => rig.api.requests.length === before + 2);
      const stopping = performance.now();
      await cache.stop();
      expect(performance.now() - stopping).toBeLessThan(100);
      await until(() => rig.api.openWatches === 0);
    }
    const never = rig.cluster.watch(kinds.ConfigMap);
    await never.stop();
    await expect(never.synced()).rejects.toMatchObject({ code: 'Aborted' });
  });
});
