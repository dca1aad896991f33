import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLeadership } from '../../src/leader/leadership.ts';
import { kinds } from '../../src/model/kinds.ts';
import { aHandClock } from '../support/hand-clock.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Change, Cluster } from '../../src/cluster/api.ts';
import type { Lease } from '../../src/leader/api.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A Lease that several look at, as they would through watches; each candidate has a clock of its own. */
function aPlace() {
  const { cluster, store } = aCluster();
  const listeners: ((change: Change<Lease>) => void)[] = [];
  const clocks: ReturnType<typeof aHandClock>[] = [];
  let broken = false;
  let writes = 0;
  const heard = <T>(object: T): T => {
    listeners.forEach((listener) => listener({ type: 'modified', object: object as unknown as Lease }));
    return object;
  };
  const checked = () => {
    if (broken) throw new Error('no route to host');
  };
  const watched = {
    create: async (object: Lease) => (checked(), heard(await cluster.create(object))),
    delete: async (...args: Parameters<Cluster['delete']>) => {
      checked();
      const before = store.list()[0];
      const answer = await cluster.delete(...args);
      return (heard(before), answer);
    },
    patch: async (...args: Parameters<Cluster['patch']>) => (
      checked(),
      (writes += 1),
      heard(await cluster.patch(...args))
    ),
  } as unknown as Cluster;

  /** Somebody else's, under the same name elsewhere. */
  const foreign = { metadata: { name: 'offshoot', namespace: 'elsewhere', uid: 'theirs' } } as Lease;

  function candidate(podName: string) {
    const state = { leads: false, terms: 0 };
    const clock = aHandClock();
    clocks.push(clock);
    const leadership = createLeadership({
      cluster: watched,
      leases: { list: () => store.list(), onChange: (listener) => void listeners.push(listener) },
      podNamespace: 'offshoot',
      podName,
      lead: () => void ((state.leads = true), (state.terms += 1)),
      follow: async () => void (state.leads = false),
      log: pino({ level: 'silent' }),
      now: clock.now,
      sleep: clock.sleep,
    });
    leadership.start();
    onTestFinished(() => leadership.release());
    return { state, skip: clock.skip, ...leadership };
  }
  return {
    candidate,
    /** Time goes by for all, and they do what is due. */
    async pass(ms: number) {
      clocks.forEach((clock) => clock.pass(ms));
      await turn();
    },
    flood: () => void heard(foreign),
    writes: () => writes,
    breakApi: (wanted: boolean) => void (broken = wanted),
    lease: () => store.get({ namespace: 'offshoot', name: 'offshoot' }) as Lease,
    write: (patch: object) =>
      watched.patch({ kind: kinds.Lease, namespace: 'offshoot', name: 'offshoot' }, patch, {
        fieldManager: 'hand',
      }),
  };
}

test('F24: of two, one leads and the other stands aside; given up, the other leads at once', async () => {
  const place = aPlace();
  const one = place.candidate('one');
  await vi.waitFor(() => expect(one.state.leads).toBe(true));
  const other = place.candidate('other');
  for (let seconds = 0; seconds < 30; seconds++) await place.pass(1_000);
  expect([one.holds(), other.holds(), other.state.terms]).toEqual([true, false, 0]);

  await one.release();
  expect(one.holds()).toBe(false);
  await vi.waitFor(() => expect(other.holds()).toBe(true));
  expect(other.state.leads).toBe(true);
  await other.release();
  expect(place.lease(), 'nothing stays behind').toBeUndefined();
});

test('F24: paused for longer than the Lease lasts, it writes nothing more, and follows once it sees who leads', async () => {
  const place = aPlace();
  const one = place.candidate('one');
  await vi.waitFor(() => expect(one.state.leads).toBe(true));
  one.skip(9_000);
  expect(one.holds(), 'before it has looked at anything').toBe(false);
  await place.write({ spec: { holderIdentity: 'other_1' } });
  await vi.waitFor(() => expect(one.state.leads).toBe(false));
  expect(one.holds()).toBe(false);
});

test('an API server that is away for a while ends nobody’s term, though nothing may be written meanwhile', async () => {
  const place = aPlace();
  const one = place.candidate('one');
  await vi.waitFor(() => expect(one.state.leads).toBe(true));
  place.breakApi(true);
  one.skip(9_000);
  await place.pass(2_000);
  expect(one.holds()).toBe(false);
  place.breakApi(false);
  await place.pass(2_000);
  expect(one.holds()).toBe(true);
  expect(one.state.terms).toBe(1);
});

test('a Lease that somebody edits, or restores from yesterday, is renewed all the same', async () => {
  const place = aPlace();
  const one = place.candidate('one');
  await vi.waitFor(() => expect(one.state.leads).toBe(true));
  await place.write({ metadata: { labels: { edited: 'by-hand' } } });
  const before = place.writes();
  for (let looks = 0; looks < 4; looks++) await place.pass(1_000);
  expect(place.writes()).toBeGreaterThan(before);
  expect([one.state.terms, one.holds()]).toEqual([1, true]);
});

test('whoever learns that its Lease is not as it thought writes nothing until it knows', async () => {
  const place = aPlace();
  const one = place.candidate('one');
  await vi.waitFor(() => expect(one.state.leads).toBe(true));
  await place.write({ spec: { holderIdentity: '' } });
  await vi.waitFor(() => expect(place.lease().spec?.holderIdentity).toMatch(/^one_/));
  await place.write({ spec: { holderIdentity: 'other_1' } });
  await vi.waitFor(() => expect(one.holds()).toBe(false));
});

test('Leases that strangers make elsewhere under the same name cause no write', async () => {
  const place = aPlace();
  const one = place.candidate('one');
  await vi.waitFor(() => expect(one.state.leads).toBe(true));
  const before = place.writes();
  for (let n = 0; n < 200; n++) {
    place.flood();
    await place.pass(1);
  }
  expect([before, place.writes()]).toEqual([0, 0]);
  await place.pass(2_000);
  expect(place.writes()).toBe(1);
  expect(one.holds()).toBe(true);
});
