import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { faults } from './faults.ts';
import { aRig, quick, until } from './rig.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** OFFSHOOT_SOAK=1000 for the long run. */
const rounds = Number(process.env['OFFSHOOT_SOAK'] ?? 40);
const reconnects = Number(process.env['OFFSHOOT_RECONNECTS'] ?? 200);

test(`random faults on lists and watches end in the truth, ${rounds} times of ${rounds}`, async () => {
  const pool = Object.values(faults);
  const pick = (): (typeof pool)[number] => pool[Math.floor(Math.random() * pool.length)]!;
  const round = async (): Promise<void> => {
    await using rig = await aRig({ deadlineMs: 600 });
    const { api, cluster } = rig;
    const cache = cluster.watch(kinds.ConfigMap);
    const told = new Map<string, string>();
    cache.onChange(({ type, object: { metadata } }) => {
      if (type === 'deleted') told.delete(metadata.name);
      else told.set(metadata.name, `${metadata.uid} ${metadata.resourceVersion}`);
    });
    cache.start();
    for (let step = 0; step < 30; step += 1) {
      const dice = Math.random();
      const name = `c${Math.floor(Math.random() * 6)}`;
      if (dice < 0.5) api.put(name);
      else if (dice < 0.75) api.remove(name);
      else if (dice < 0.8) api.compact();
      else if (dice < 0.95) api.watchFaults.push(pick());
      else api.listFaults.push(pick());
      if (dice < 0.3) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const truth = (): string =>
      api.objects
        .map(({ metadata: m }) => `${m.name} ${m.uid} ${m.resourceVersion}`)
        .sort()
        .join();
    const cached = (): string =>
      cache
        .list()
        .map(({ metadata: m }) => `${m.name} ${m.uid} ${m.resourceVersion}`)
        .sort()
        .join();
    const heard = (): string =>
      [...told]
        .map((pair) => pair.join(' '))
        .sort()
        .join();
    // A round with ten faults in a row waits for a minute and a half in all, by the back-off.
    await until(
      () => cache.hasSynced() && cached() === truth() && heard() === truth(),
      300,
      () => [rig.warnings, cached(), heard(), truth()],
    );
    expect(api.mostOpenWatches).toBeLessThanOrEqual(1);
  };
  const workers = Array.from({ length: 20 }, async (_, worker) => {
    for (let done = worker; done < rounds; done += 20) await round();
  });
  await Promise.all(workers);
}, 600_000);

test(`memory and descriptors are flat over ${reconnects} reconnects`, async () => {
  const complaints: Error[] = [];
  const complain = (warning: Error): void => void complaints.push(warning);
  process.on('warning', complain);
  await using rig = await aRig({ watchTiming: { ...quick, healthySeconds: 0 } });
  rig.api.put('one');
  let seen = 0;
  // Most end politely, some break; with no time needed to count as healthy there is no pause between them.
  rig.api.watchFaults.shift = () => {
    seen += 1;
    rig.api.requests.length = 0;
    return seen % 10 ? faults['an end at once'] : faults['reset after the headers'];
  };
  const cache = rig.cluster.watch(kinds.ConfigMap);
  cache.start();
  const measure = async (at: number): Promise<{ heap: number; files: number }> => {
    await until(() => seen >= at, 500);
    collect();
    return { heap: process.memoryUsage().heapUsed, files: readdirSync('/proc/self/fd').length };
  };
  const before = await measure(reconnects / 4);
  const after = await measure(reconnects);
  process.off('warning', complain);
  expect(after.files - before.files).toBeLessThan(8);
  expect((after.heap - before.heap) / 1024 / 1024).toBeLessThan(4);
  expect(complaints).toEqual([]);
}, 600_000);
