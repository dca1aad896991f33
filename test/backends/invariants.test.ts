import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { airflowEnv } from '../../src/model/airflow-env.ts';
import { label } from '../../src/model/labels.ts';
import { kindOf } from '../../src/model/kinds.ts';
import { objectKey } from '../../src/model/object.ts';
import { aDagRepository, aDesign, aNetwork } from '../support/builders.ts';
import { codePoint } from '../support/code-point.ts';
import { hostileNames } from '../support/hostile-names.ts';
import { podSecurityFaults, type Amounts, type PodSpec } from '../support/pod-security.ts';
import { roomOf, sum, bytes } from '../support/room.ts';
import {
  containersOf,
  environmentOf,
  find,
  podsOf,
  rendered,
  withoutScripts,
  workerPod,
} from './rendered.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Design } from '../../src/plan/api.ts';

const branch = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({ unit: codePoint, minLength: 1, maxLength: 120 }),
  fc.stringMatching(/^[-$(){}"'`:#&*!|>%@,[\]\\~ \n\t.a-z0-9]{1,60}$/),
);
const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,20}$/);
const env = fc.uniqueArray(
  fc
    .tuple(fc.stringMatching(/^V[A-Z0-9_]{0,9}$/), fc.option(fc.string({ unit: codePoint, maxLength: 40 })))
    .map(([name, text]) =>
      text === null || text.includes('\0')
        ? { name, valueFrom: { secretKeyRef: { name: 'some', key: 'key' } } }
        : { name, value: text },
    ),
  { maxLength: 4, selector: ({ name }) => name },
);
const option = fc.oneof(fc.string({ maxLength: 40 }), fc.integer());
const design: fc.Arbitrary<Design> = fc
  .record({
    branch,
    url: fc.constantFrom(
      'https://git.example.com/acme/dags.git',
      'git@git.example.com:acme/$(HOME).git',
      'ssh://git@[fd00::1]:2222/x',
    ),
    credentials: fc.boolean(),
    dagsFolder: fc.oneof(fc.constantFrom('dags', '.', 'a/b', '$(AIRFLOW_HOME)', 'with space'), word),
    config: fc.dictionary(word, fc.dictionary(word, option, { maxKeys: 4 }), { maxKeys: 4 }),
    env,
    runSchedules: fc.constantFrom('none' as const, 'all' as const),
    parts: fc.constantFrom('together' as const, 'apart' as const),
    offshoot: fc.option(fc.constant({ namespace: 'offshoot', webhookPort: 8080 }), { nil: undefined }),
    pods: fc.integer({ min: 1, max: 100 }),
  })
  .map((one) =>
    aDesign({
      branch: one.branch,
      network: aNetwork({ offshoot: one.offshoot }),
      repository: aDagRepository({
        git: { url: one.url },
        code: { dagsFolder: one.dagsFolder },
        airflow: { config: one.config, env: one.env, runSchedules: one.runSchedules, parts: one.parts },
        quota: { pods: one.pods },
        ...(one.credentials && { credentialsSecretRef: { name: 'dags-credentials', readOnly: true } }),
      }),
    }),
  );

const always = (name: string, check: (objects: KubeObject[], design: Design) => void, runs = 60) =>
  test(name, () => {
    fc.assert(
      fc.property(design, (one) => check(rendered(one), one)),
      { numRuns: runs },
    );
  });

always('every pod meets PodSecurity restricted, the worker in its template too', (objects) => {
  for (const [name, pod] of Object.entries(podsOf(objects))) expect(podSecurityFaults(pod), name).toEqual([]);
});

always('every object carries the uid of its Preview, pods as well', (objects, { uid }) => {
  const bare = objects.filter(({ metadata }) => metadata.labels?.[label.previewUid] !== uid);
  expect(bare.map(objectKey)).toEqual([]);
  for (const object of objects.filter(({ kind }) => kind === 'Deployment')) {
    const { template } = object['spec'] as { template: KubeObject };
    expect(template.metadata.labels?.[label.previewUid]).toBe(uid);
  }
  expect(workerPod(objects).metadata.labels?.[label.previewUid]).toBe(uid);
});

always(
  'every object lies in the namespace, has a name of its own, and is of a kind that we know',
  (objects, { namespace }) => {
    expect(new Set(objects.map(objectKey)).size).toBe(objects.length);
    for (const object of objects) {
      if (kindOf(object).namespaced) expect(object.metadata.namespace).toBe(namespace);
      else expect(object.metadata.name).toBe(namespace);
    }
  },
);

always('labels are what the API server takes', (objects) => {
  for (const { metadata } of objects)
    for (const value of Object.values(metadata.labels ?? {})) {
      expect(value).toMatch(/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/);
      expect(value.length).toBeLessThanOrEqual(63);
    }
});

always(
  'whatever variable Offshoot sets for Airflow, spec.airflow.env may not name',
  (objects, { airflow }) => {
    const { airflow: pod, worker } = podsOf(objects);
    const set = [pod!, worker!]
      .flatMap(containersOf)
      .filter(({ name }) => name !== 'git-sync')
      .flatMap((one) => Object.keys(environmentOf(objects, one)))
      .filter((name) => !airflow.env.some((one) => one.name === name))
      // A default: who names it says where Python looks.
      .filter((name) => name !== 'PYTHONPATH');
    expect(set).toContain('AIRFLOW_HOME');
    const allowed = set.filter((name) => airflowEnv.safeParse([{ name, value: '' }]).success);
    expect([...new Set(allowed)]).toEqual([]);
  },
);

always('none is a Secret: keys and credentials are made by apply alone', (objects) => {
  expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
});

always('rendering twice gives the same bytes', (objects, one) => {
  expect(JSON.stringify(rendered(structuredClone(one)))).toBe(JSON.stringify(objects));
});

const survives = (all: KubeObject[]) => {
  expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  const objects = withoutScripts(all);
  expect(parse(stringify(objects, { lineWidth: 0 }))).toEqual(objects);
};
always('what is rendered survives JSON and YAML', survives, 20);

test('a branch changes texts and nothing else: no key, no element, no type comes or goes with it', () => {
  const shape = (name: string) => {
    const objects = rendered(aDesign({ branch: name, repository: aDagRepository() }));
    return shapeOf([objects, workerPod(objects)]);
  };
  const hardy = shape('feature/hardy');
  fc.assert(
    fc.property(branch, (hostile) => {
      expect(shape(hostile)).toEqual(hardy);
    }),
    { numRuns: 100 },
  );
});

test('the worker pod is the same for YAML 1.1, which Airflow reads, and 1.2, and holds nothing that PyYAML refuses', () => {
  // PyYAML's reader takes these and no others; outside of quotes it breaks lines at \x85, \u2028 and \u2029.
  const refused =
    /[^\x09\x0A\x20-\x7E\xA1-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]/u;
  const odd = fc.constantFrom(
    '\u0081b',
    'a\u0085b',
    'a\u2028b',
    '\uFEFFa',
    'a\uFFFE',
    'no',
    'on',
    '1_000',
    '12:30:45',
    '0o17',
  );
  fc.assert(
    fc.property(fc.oneof(branch, odd), (name) => {
      const objects = rendered(aDesign({ branch: name }));
      const template = objects.find(({ metadata }) => metadata.name === 'pod-template');
      const text = (template?.['data'] as { 'pod.yaml': string })['pod.yaml'];
      expect(text).not.toMatch(refused);
      expect(parse(text, { version: '1.1' })).toEqual(parse(text, { version: '1.2' }));
      expect(workerPod(objects).metadata.annotations).toEqual({ 'offshoot.dev/branch': name });
    }),
    { numRuns: 100 },
  );
});

test('on a full node, Airflow weighs at least half as much as the sixteen tasks that a DAG has at once', () => {
  const { airflow, worker } = podsOf(rendered(aDesign()));
  const weight = ({ containers = [] }: PodSpec) =>
    containers.reduce((sum, { resources }) => sum + parseInt(resources?.requests?.cpu ?? '0'), 0);
  expect(weight(worker!)).toBeGreaterThan(0);
  expect(weight(airflow!)).toBeGreaterThanOrEqual((16 * weight(worker!)) / 2);
});

always(
  'no container can use up its node: each asks for room, and has limits that hold what it asks for',
  (objects) => {
    for (const pod of Object.values(podsOf(objects)))
      for (const { name, resources } of containersOf(pod))
        for (const kind of ['memory', 'ephemeral-storage'] as const) {
          const [asked, most] = [resources?.requests?.[kind], resources?.limits?.[kind]].map(bytes);
          expect(asked, `${name} ${kind}`).toBeGreaterThanOrEqual(0);
          expect(most, `${name} ${kind}`).toBeGreaterThan(0);
          expect(most).toBeGreaterThanOrEqual(asked!);
          expect(resources?.limits?.cpu, name).toBeUndefined();
        }
  },
);

always(
  'a pod may write as much as its volumes hold, or the kubelet ends it before they are full',
  (objects) => {
    for (const [name, pod] of Object.entries(podsOf(objects))) {
      const volumes = (pod.volumes ?? []).map((one) =>
        bytes((one['emptyDir'] as { sizeLimit?: string })?.sizeLimit),
      );
      const largest = Math.max(...volumes.filter((size) => size > 0));
      expect(roomOf(pod).limits['ephemeral-storage'], name).toBeGreaterThanOrEqual(largest);
      if (name !== 'worker')
        expect(roomOf(pod).limits['ephemeral-storage'], name).toBeGreaterThanOrEqual(
          sum(volumes.filter((size) => size > 0)),
        );
    }
  },
);

test.each(['together', 'apart'] as const)(
  'the default quota has room for sixty pods that say nothing, 32 of them tasks, and hardly for more (parts %s)',
  (parts) => {
    const objects = rendered(aDesign({ repository: aDagRepository({ airflow: { parts } }) }));
    const { hard } = find(objects, 'ResourceQuota', 'preview')['spec'] as { hard: Record<string, string> };
    const [limits] = (find(objects, 'LimitRange', 'preview')['spec'] as { limits: LimitRange[] }).limits;
    const silent = {
      name: 'silent',
      resources: { requests: limits!.defaultRequest, limits: limits!.default },
    };
    const { airflow, postgres, worker } = podsOf(objects);
    const there = [
      airflow!,
      postgres!,
      ...Array.from({ length: 32 }, () => worker!),
      ...Array.from({ length: 26 }, () => ({ containers: [silent] })),
    ].map(roomOf);
    expect(Object.keys(hard).sort()).toEqual([
      'limits.ephemeral-storage',
      'limits.memory',
      'pods',
      'requests.cpu',
      'requests.memory',
    ]);
    for (const [name, most] of Object.entries(hard)) {
      const [which, kind] = name.split('.') as ['requests' | 'limits', 'memory'];
      const used = name === 'pods' ? there.length : sum(there.map((one) => one[which][kind]));
      expect(used, name).toBeLessThanOrEqual(bytes(most));
      if (which === 'limits') expect(used, name).toBeGreaterThan(bytes(most) * 0.95);
    }
  },
);

interface LimitRange {
  default: Amounts;
  defaultRequest: Amounts;
}

/** The value with every text replaced by its type. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shapeOf(child)]));
  return typeof value;
}
