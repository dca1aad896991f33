import { expect, test } from 'vitest';
import * as airflows from '../../src/airflow/all.ts';
import { createLook } from '../../src/backends/native/look/look.ts';
import { createStore } from '../../src/cluster/store.ts';
import { label } from '../../src/model/labels.ts';
import { templateOf } from '../../src/model/template.ts';
import { previewName } from '../../src/model/names.ts';
import { direct } from '../../src/cluster/reach.ts';
import { observe } from '../../src/observe/observe.ts';
import { createSigningKeys } from '../../src/observe/signing-keys.ts';
import { createWarningReader } from '../../src/observe/warnings.ts';
import {
  aCondition,
  aDagRepository,
  aNetwork,
  admitted,
  aPreview,
  NOW,
  verified,
} from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Cache } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { ReadSecret } from '../../src/model/secret-use.ts';
import type { ObserveDeps } from '../../src/observe/observe.ts';

const UID = aPreview().metadata.uid ?? '';
const NAMESPACE = previewName('offshoot', 'dags', 'feature/hardy');
const object = (
  kind: string,
  name: string,
  parts: Partial<KubeObject['metadata']> = {},
  body: object = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: NAMESPACE, uid: `uid-${name}`, labels: { [label.previewUid]: UID }, ...parts },
  ...body,
});
const aNamespace = (parts: Partial<KubeObject['metadata']> = {}) => {
  const { namespace: _none, ...metadata } = object('Namespace', NAMESPACE, parts).metadata;
  return { apiVersion: 'v1', kind: 'Namespace', metadata };
};
const cacheOf = (...objects: KubeObject[]) => {
  const store = createStore<KubeObject>();
  store.replace(objects);
  return store as unknown as Cache<KubeObject>;
};
const running = (name: string, part: string, containers: string[]) =>
  object(
    'Pod',
    name,
    { labels: { [label.previewUid]: UID, [label.part]: part } },
    {
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: containers.map((one) => ({
          name: one,
          image: 'x',
          ready: true,
          state: { running: {} },
        })),
      },
    },
  );
const service = object(
  'Service',
  'airflow',
  {},
  { spec: { clusterIP: '10.96.0.7', ports: [{ port: 8080 }] } },
);

function deps(parts: Partial<ObserveDeps> = {}) {
  const asked: string[] = [];
  const all: ObserveDeps = {
    warnings: async () => [],
    namespaces: cacheOf(aNamespace()),
    previews: cacheOf(aPreview({ uid: 'other' })),
    owned: [cacheOf(object('Deployment', 'airflow')), cacheOf(service)],
    pods: cacheOf(
      running('airflow-1', 'airflow', ['airflow']),
      running('postgres-1', 'postgres', ['postgres']),
    ),
    look: createLook(() => [], airflows),
    addressOf: direct.addressOf,
    airflow: {
      health: async (version, base) => void (base && asked.push(`${version} at ${base}`)),
      importErrors: async (version, base, key) => void asked.push(`${version} at ${base} with ${key}`),
    },
    signingKey: async ({ namespace, previewUid }) => `the key of ${previewUid} in ${namespace}`,
    network: async () => aNetwork(),
    mints: async () => false,
    readNamespace: async () => undefined,
    ...parts,
  };
  return { all, asked };
}
const seen = (parts: Partial<ObserveDeps> = {}, preview = aPreview({ status: admitted })) =>
  observe(deps(parts).all, preview, aDagRepository(), NOW);

test('what is ours in our namespace is seen, and nothing of strangers or other namespaces', async () => {
  const stranger = { labels: { [label.previewUid]: 'other' } };
  const { live, namespace } = await seen({
    owned: [
      cacheOf(
        object('Deployment', 'airflow'),
        object('Deployment', 'theirs', stranger),
        object('Deployment', 'astray', { namespace: 'default' }),
      ),
    ],
  });
  expect([...live.objects.keys()]).toEqual(['Deployment/airflow']);
  expect(namespace).toMatchObject({ state: 'ours', live: { metadata: { name: NAMESPACE } } });
});

test.each<[what: string, parts: Partial<ObserveDeps>, expected: object]>([
  ['is not there', { namespaces: cacheOf() }, { state: 'absent' }],
  ['is going', { namespaces: cacheOf(aNamespace({ deletionTimestamp: 'T' })) }, { state: 'terminating' }],
  [
    'was made by somebody',
    { namespaces: cacheOf(), readNamespace: async () => aNamespace({ labels: {} }) },
    { state: 'foreign', message: `Namespace ${NAMESPACE} exists and was not created by Offshoot.` },
  ],
  [
    'is of another preview',
    {
      namespaces: cacheOf(),
      readNamespace: async () => aNamespace({ labels: { [label.previewUid]: 'other' } }),
    },
    { state: 'foreign', message: `Namespace ${NAMESPACE} exists and belongs to another preview.` },
  ],
  [
    'was made a moment ago',
    { namespaces: cacheOf(), readNamespace: async () => aNamespace() },
    { state: 'ours' },
  ],
])('a namespace of our name that %s', async (_what, parts, expected) => {
  expect((await seen(parts)).namespace).toMatchObject(expected);
});

test('of a preview without a slot no stranger’s namespace is looked for', async () => {
  const readNamespace = () => Promise.reject(new Error('asked'));
  const world = await seen({ namespaces: cacheOf(), readNamespace }, aPreview({ status: verified }));
  expect(world.namespace).toEqual({ state: 'absent' });
});

test('a preview that is being deleted is not asked anything: its pods are enough', async () => {
  const preview = aPreview({ status: verified, deleting: true });
  const world = await seen(
    {
      readNamespace: () => Promise.reject(new Error('asked')),
      network: () => Promise.reject(new Error('asked')),
    },
    preview,
  );
  expect(world).toMatchObject({ namespace: { state: 'unread' }, live: { warnings: [] }, airflow: undefined });
});

test.each(['airflow', 'api-server'])(
  'Airflow is asked at its Service, under the branch’s path, once its container %s runs',
  async (name) => {
    const { all, asked } = deps({ pods: cacheOf(running('airflow-1', 'airflow', ['git-sync', name])) });
    await observe(all, aPreview({ status: verified }), aDagRepository(), NOW);
    expect(asked).toEqual(['3.3.2 at http://10.96.0.7:8080/feature/hardy']);
    const early = deps({ pods: cacheOf(running('airflow-1', 'airflow', ['git-sync'])) });
    await observe(early.all, aPreview({ status: verified }), aDagRepository(), NOW);
    expect(early.asked).toEqual([]);
  },
);

test('import errors are asked for once the preview is ready, with the key out of its own Secret', async () => {
  const ready = aPreview({
    status: { ...verified, conditions: [aCondition({ type: 'Ready', status: 'True', reason: 'Ready' })] },
  });
  const { all, asked } = deps();
  await observe(all, ready, aDagRepository(), NOW);
  const base = '3.3.2 at http://10.96.0.7:8080/feature/hardy';
  expect(asked).toEqual([base, `${base} with the key of ${UID} in ${NAMESPACE}`]);
  const unknown = deps({ signingKey: async () => undefined });
  await observe(unknown.all, ready, aDagRepository(), NOW);
  expect(unknown.asked).toEqual([base]);
});

test('the Airflow that is asked is the one that the Preview was granted, whatever its DagRepository names by now', async () => {
  const revision = { generation: 1, rendering: 'r', template: templateOf(aDagRepository().spec) };
  const preview = aPreview({ status: { ...verified, revision } });
  const base = 'http://10.96.0.7:8080/feature/hardy';
  for (const repository of [aDagRepository({ airflow: { version: '3.2.1' } }), undefined]) {
    const { all, asked } = deps();
    await observe(all, preview, repository, NOW);
    expect(asked).toEqual([`3.3.2 at ${base}`]);
  }
  const { all, asked } = deps();
  expect((await observe(all, aPreview({ status: verified }), undefined, NOW)).airflow).toBeUndefined();
  expect(asked).toEqual([]);
});

test('a signing key is read once per Secret, and again where it was not there', async () => {
  const read: unknown[] = [];
  let answer: Record<string, string> | undefined;
  const store = createStore<KubeObject>();
  const readSecret: ReadSecret = async (wanted) => (read.push(wanted), answer);
  const place = { namespace: NAMESPACE, previewUid: UID };
  const signingKey = createSigningKeys(store, readSecret, {
    name: 'keys',
    key: 'signing',
  });
  const keyOf = () => signingKey(place);
  expect(await keyOf()).toBeUndefined();
  expect(read).toEqual([]);
  store.replace([object('Secret', 'keys')]);
  expect(await keyOf()).toBeUndefined();
  answer = { signing: 'one' };
  expect(await keyOf()).toBe('one');
  expect(await keyOf()).toBe('one');
  expect(read).toEqual(Array(2).fill({ namespace: NAMESPACE, name: 'keys', previewUid: UID }));
  answer = { signing: 'two' };
  store.replace([object('Secret', 'keys', { uid: 'another' })]);
  expect(await keyOf()).toBe('two');
});

test('what is seen cannot be changed afterwards', async () => {
  expect(Object.isFrozen(await seen())).toBe(true);
});

test.each([
  ['both parts have a pod that is ready', ['airflow', 'postgres'], []],
  ['Airflow has no pod at all, and nothing else is wrong', ['postgres'], ['FailedCreate']],
  ['the database has none', ['airflow'], ['FailedCreate']],
])('whether warnings are read when %s', async (_what, parts, expected) => {
  const { live } = await seen({
    warnings: async () => [{ reason: 'FailedCreate', message: 'exceeded quota', about: 'x', lastSeen: 0 }],
    pods: cacheOf(...parts.map((part) => running(`${part}-1`, part, [part]))),
  });
  expect(live.warnings.map(({ reason }) => reason)).toEqual(expected);
});

test('warnings come newest first, whichever of its times an Event has', async () => {
  const event = (name: string, times: object) =>
    object(
      'Event',
      name,
      {},
      { type: 'Warning', reason: name, message: 'm', involvedObject: { kind: 'Pod', name: 'p' }, ...times },
    );
  const { cluster } = aCluster([
    event('old', { lastTimestamp: '2026-11-20T09:00:00Z' }),
    event('new', { lastTimestamp: null, eventTime: '2026-11-20T09:02:00.000000Z' }),
    event('between', { lastTimestamp: '2026-11-20T09:01:00Z' }),
  ]);
  const warnings = await createWarningReader(cluster)(NAMESPACE);
  expect(warnings.map(({ reason, about }) => `${reason} ${about}`)).toEqual([
    'new Pod/p',
    'between Pod/p',
    'old Pod/p',
  ]);
});

test('a namespace is asked for its warnings at most every three seconds, and again at once after a failure', async () => {
  const asked: string[] = [];
  let clock = 0;
  let fails = false;
  const list = async (_kind: unknown, { namespace }: { namespace?: string } = {}) => {
    asked.push(namespace ?? '');
    if (fails) throw new Error('no');
    return { items: [], resourceVersion: '1' };
  };
  const read = createWarningReader({ list } as never, () => clock);
  await read('a');
  await read('a');
  await read('b');
  expect(asked).toEqual(['a', 'b']);
  clock = 3_000;
  fails = true;
  await expect(read('a')).rejects.toThrow('no');
  fails = false;
  await read('a');
  expect(asked).toEqual(['a', 'b', 'a', 'a']);
});

test('300 namespaces that are asked about all the time come to no more than ten requests a second', async () => {
  let clock = 0;
  let asked = 0;
  const list = async () => (asked++, { items: [], resourceVersion: '1' });
  const read = createWarningReader({ list } as never, () => clock);
  const secondsOf = async (namespaces: number, seconds: number) => {
    asked = 0;
    for (const end = clock + seconds * 1_000; clock < end; clock += 500)
      for (let one = 0; one < namespaces; one++) await read(`namespace-${one}`);
    return asked / seconds;
  };
  await secondsOf(300, 60);
  expect(await secondsOf(300, 120)).toBeLessThanOrEqual(10.1);
  // Once the others are forgotten, the few are asked for as often as ever.
  await secondsOf(3, 60);
  expect(await secondsOf(3, 60)).toBeCloseTo(1);
});
