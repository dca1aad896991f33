import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { namespace as render } from '../../src/backends/shared/namespace.ts';
import { createStore } from '../../src/cluster/store.ts';
import { createOrphans } from '../../src/controller/orphans.ts';
import { annotation, label } from '../../src/model/labels.ts';
import { keyText } from '../../src/model/object.ts';
import { aDagRepository, aDesign, aPreview, aRawDagRepository, aSpec } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Removal } from '../../src/backends/api.ts';
import type { Cache } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/model/object.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const rendered = render(aDesign());
const NAME = rendered.metadata.name;
const KEY = keyText({ namespace: '', name: NAME });
const aNamespace = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  ...rendered,
  metadata: { ...rendered.metadata, uid: 'of-the-namespace', ...metadata },
});
const unproven = aNamespace({ annotations: {} });

interface Parts {
  namespace?: KubeObject;
  repository?: KubeObject;
  /** As the cache has them, and as they are. */
  cached?: KubeObject[];
  live?: KubeObject[];
}

function aSweep({
  namespace = aNamespace(),
  repository = aDagRepository(),
  cached = [],
  live = cached,
}: Parts = {}) {
  const cacheOf = (...objects: KubeObject[]) => {
    const store = createStore<KubeObject>();
    store.replace(objects);
    return store as unknown as Cache<KubeObject>;
  };
  const { cluster } = aCluster([namespace, ...live]);
  const removed: string[] = [];
  const logged: string[] = [];
  let removal: Removal = { state: 'going', waitingFor: 'pods', stuck: false };
  let count = 0;
  const log = {
    info: () => undefined,
    warn: (_fields: object, message: string) => void logged.push(message),
  };
  const orphans = createOrphans({
    cluster,
    namespaces: cacheOf(namespace),
    previews: cacheOf(...cached),
    repositories: cacheOf(repository),
    remove: async (name, uid) => (removed.push(`${name} of ${uid}`), removal),
    changed: () => undefined,
    count: (now) => void (count = now),
    log,
  });
  return {
    ...orphans,
    look: () => orphans.reconcile(KEY),
    said: () => orphans.of(repository),
    counted: () => count,
    removed,
    logged,
    becomes: (next: Removal) => void (removal = next),
  };
}

const OTHER_UID = aPreview({ uid: 'anew' });

test('F9: an orphan is named at the first look, and removed no sooner than half a minute later', async () => {
  const it = aSweep({ cached: [OTHER_UID] });
  expect(it.nominees()).toEqual([KEY]);
  expect(await it.look()).toEqual({ kind: 'RequeueAfter', ms: 30_000 });
  expect(it.said()).toContain(`${NAME} (feature/hardy)`);
  vi.advanceTimersByTime(29_000);
  await it.look();
  expect(it.removed).toEqual([]);
  vi.advanceTimersByTime(1_000);
  await it.look();
  expect(it.removed).toEqual([`${NAME} of ${aPreview().metadata.uid}`]);
  it.becomes({ state: 'gone' });
  await it.look();
  expect([it.said(), it.counted(), it.logged.length]).toEqual([undefined, 0, 1]);
});

test.each<[what: string, parts: Parts]>([
  ['whose Preview the cache knows', { cached: [aPreview()] }],
  ['whose Preview the cache does not know yet', { live: [aPreview()] }],
  ['that bears no mark', { namespace: aNamespace({ labels: {}, annotations: {} }) }],
])('F9: a namespace %s is no orphan', async (_what, parts) => {
  const it = aSweep(parts);
  for (const _ of [1, 2]) {
    expect(await it.look()).toEqual({ kind: 'Done' });
    vi.advanceTimersByTime(60_000);
  }
  expect([it.removed, it.said(), it.counted(), it.logged]).toEqual([[], undefined, 0, []]);
});

test.each<[what: string, parts: Parts]>([
  ['of nobody who can be proven', { namespace: unproven }],
  ['of a suspended DagRepository', { repository: aDagRepository({ suspend: true }) }],
  ['of a DagRepository that cannot be read', { repository: aRawDagRepository({ ...aSpec(), url: 7 }) }],
])('F9: an orphan %s is told about and not removed', async (_what, parts) => {
  const it = aSweep(parts);
  await it.look();
  vi.advanceTimersByTime(60_000);
  await it.look();
  expect([it.removed, it.counted(), it.logged.length]).toEqual([[], 1, 1]);
});

test('F9: an orphan of a DagRepository that is no more is removed', async () => {
  const it = aSweep({ repository: aDagRepository({ name: 'other' }) });
  await it.look();
  vi.advanceTimersByTime(30_000);
  await it.look();
  expect(it.removed).toHaveLength(1);
  expect(it.said()).toBeUndefined();
});

test('F9: an orphan that does not go is told about with what holds it', async () => {
  const it = aSweep();
  await it.look();
  vi.advanceTimersByTime(30_000);
  it.becomes({ state: 'going', waitingFor: 'a finalizer', stuck: true });
  await it.look();
  expect(it.said()).toContain('still there: a finalizer');
});

test('F9: a namespace that somebody gave to a Preview that lives is let be, whatever the cache says', async () => {
  const it = aSweep({
    namespace: aNamespace({
      labels: { ...rendered.metadata.labels, [label.previewUid]: 'anew' },
      annotations: { ...rendered.metadata.annotations, [annotation.previewUid]: 'former' },
    }),
    cached: [OTHER_UID],
  });
  await it.look();
  vi.advanceTimersByTime(30_000);
  await it.look();
  expect([it.removed, it.counted()]).toEqual([[], 0]);
});

test('F9: a namespace whose marks were both rewritten is let be while it holds what a living Preview was made of', async () => {
  const mine = { [label.previewUid]: aPreview().metadata.uid! };
  const keys = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'airflow-keys', namespace: NAME, labels: mine },
  };
  const it = aSweep({
    namespace: aNamespace({
      labels: { ...rendered.metadata.labels, [label.previewUid]: 'former' },
      annotations: { ...rendered.metadata.annotations, [annotation.previewUid]: 'former' },
    }),
    cached: [aPreview()],
    live: [aPreview(), keys],
  });
  await it.look();
  vi.advanceTimersByTime(60_000);
  await it.look();
  expect([it.removed, it.counted()]).toEqual([[], 0]);
});
