import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureHelm } from '../../sandbox/api.ts';
import { label } from '../../src/model/labels.ts';
import { podSecurityFaults, type PodSpec } from '../support/pod-security.ts';
import { CHART, EVERYTHING, helm, objectsIn, rendered, tryHelm } from './chart.ts';
import type { KubeObject } from '../../src/model/object.ts';

beforeAll(() => ensureHelm((line) => console.error(line)), 1_800_000);

const cases: readonly [string, string[]][] = [
  ['defaults', []],
  ['everything', ['--values', EVERYTHING]],
];

test.each(cases)('helm lint --strict is content with %s', async (_name, values) => {
  expect(await helm(['lint', '--strict', CHART, ...values])).toContain('0 chart(s) failed');
});

/** Copied byte for byte from files that another test compares. */
const copied = /^# Source: offshoot\/templates\/crds\.yaml$|^kind: ClusterRole$/m;

// UPDATE_GOLDEN=1 npx vitest run --project cluster test/helm writes the files anew: read the difference before you commit it.
test.each(cases)('what the chart makes of %s is in golden/', async (name, values) => {
  const text = (await rendered('hardy', values))
    .split(/^---\n/m)
    .filter((part) => !copied.test(part))
    .join('---\n');
  const file = new URL(`golden/${name}.yaml`, import.meta.url);
  if (process.env['UPDATE_GOLDEN']) await writeFile(file, text);
  expect(text).toBe(await readFile(file, 'utf8'));
});

test('kinds and roles are the files that kubectl apply takes and the tests of Offshoot’s rights read', async () => {
  const files: KubeObject[] = [];
  for (const folder of ['crd', 'rbac'])
    for (const file of await readdir(join(CHART, folder)))
      files.push(...objectsIn(await readFile(join(CHART, folder, file), 'utf8')));
  const all = objectsIn(await rendered('hardy'));
  const byName = (objects: KubeObject[]) =>
    Object.fromEntries(
      objects
        .filter(({ kind }) => kind === 'ClusterRole' || kind === 'CustomResourceDefinition')
        .map((one) => [`${one.kind} ${one.metadata.name}`, one]),
    );
  expect(byName(all)).toEqual(byName(files));
  expect(Object.keys(byName(all))).toHaveLength(files.length);
  const none = objectsIn(await rendered('hardy', ['--set', 'crds.install=false,rbac.create=false']));
  expect(none.map(({ kind }) => kind).sort()).toEqual([
    'Deployment',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
    'Service',
    'ServiceAccount',
  ]);
});

test.each(['off', 'no', 'true', 'null', '1e3', '0x1f', 'offshoot', 'a'.repeat(53)])(
  'a release called %s is only a name: every name and label is a string that Kubernetes takes',
  async (release) => {
    const objects = objectsIn(await rendered(release, ['--values', EVERYTHING]));
    expect(objects.length).toBeGreaterThan(10);
    for (const { kind, metadata, ...rest } of objects) {
      const { template, selector } = (rest['spec'] ?? {}) as {
        template?: { metadata: KubeObject['metadata'] };
        selector?: object;
      };
      const texts = [metadata.name, metadata.namespace ?? '']
        .concat(Object.values(metadata.labels ?? {}), Object.values(metadata.annotations ?? {}))
        .concat(Object.values(template?.metadata.labels ?? {}));
      for (const text of texts) expect(text, kind).toBeTypeOf('string');
      expect(metadata.name.length, `${kind} ${metadata.name}`).toBeLessThanOrEqual(63);
      if (selector)
        expect(JSON.stringify(selector), kind).toContain(`"app.kubernetes.io/instance":"${release}"`);
    }
  },
);

test('Offshoot’s pod meets PodSecurity restricted, writes to no file system but /tmp, and is known to previews', async () => {
  for (const [, values] of cases) {
    const deployment = objectsIn(await rendered('hardy', values)).find(({ kind }) => kind === 'Deployment')!;
    const { template } = deployment['spec'] as {
      template: { metadata: KubeObject['metadata']; spec: PodSpec };
    };
    expect(podSecurityFaults(template.spec)).toEqual([]);
    expect(template.metadata.labels?.[label.role]).toBe('operator');
    const [container] = template.spec.containers ?? [];
    expect(container).toMatchObject({ securityContext: { readOnlyRootFilesystem: true } });
    const writable = container?.volumeMounts?.filter(({ readOnly }) => !readOnly);
    expect(writable?.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
  }
});

const ingressFor = (host: string) => ['--set', `gateway.ingress.enabled=true,gateway.ingress.host=${host}`];

test.each([
  ['an unknown value', ['--set', 'replica=2'], /replica/],
  ['no pod at all', ['--set', 'replicas=0'], /replicas/],
  ['a typing mistake below', ['--set', 'gateway.ingress.hosts={a}'], /gateway.*ingress[^]*hosts/],
  ['a number for a tag', ['--set', 'image.tag=110'], /image.*tag[^]*string/],
  ['a repository with a tag in it', ['--set', 'image.repository=a/b:c'], /image.*repository/],
  ['an Ingress without a host', ['--set', 'webhooks.ingress.enabled=true'], /webhooks.*ingress.*host/],
  ['an Ingress that nobody gets through', ingressFor('airflow.example.com'), /gateway\.allowFrom/],
  ['a peer that is none', ['--set', 'gateway.allowFrom[0].cidr=192.0.2.0/24'], /gateway.*allowFrom[^]*cidr/],
  [
    'a proxy that is no address',
    ['--set', 'gateway.trustedProxies[0]=ingress'],
    /gateway.*trustedProxies[^]*ingress/,
  ],
  [
    'a proxy with a password, which every branch could read',
    ['--set', 'proxy.https=http://user:secret@proxy.corp'],
    /proxy.*https/,
  ],
  ['a port that is none', ['--set', 'webhooks.service.port=70000'], /webhooks.*service.*port/],
  ['a level that is none', ['--set', 'logLevel=loud'], /logLevel[^]*trace/],
  ['an environment variable without a name', ['--set', 'extraEnv[0].value=x'], /extraEnv[^]*name/],
  ['a mount of nowhere', ['--set', 'extraVolumeMounts[0].name=ca'], /extraVolumeMounts[^]*mountPath/],
  ['a volume without a name', ['--set', 'extraVolumes[0].configMap.name=ca'], /extraVolumes[^]*name/],
  ['a name that is none', ['--set', 'fullnameOverride=Big_Name'], /fullnameOverride/],
  ['a Kubernetes without native sidecars', ['--kube-version', '1.28.9'], /kubeVersion: >=1\.29/],
])('%s is refused, and the message says where', async (_what, args, where) => {
  const { code, stderr } = await tryHelm(['template', 'hardy', CHART, ...args]);
  expect(code).toBe(1);
  expect(stderr).toMatch(where);
});
