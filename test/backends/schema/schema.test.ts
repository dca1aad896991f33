import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { schemaCopy, SCHEMA, INIT_DIR } from '../../../src/backends/native/schema/copy.ts';
import { database } from '../../../src/backends/native/database.ts';
import { newestDigest } from '../../../src/backends/native/schema/digests.ts';
import { dumpConfigMap, readDump } from '../../../src/backends/native/schema/dump.ts';
import { schemaJob } from '../../../src/backends/native/schema/job.ts';
import { recipeOf } from '../../../src/backends/native/schema/recipe.ts';
import { v3 } from '../../../src/airflow/v3/dialect.ts';
import { aSchemaDump, dumpWithout } from '../../support/a-schema-dump.ts';
import { aDagRepository, aDesign } from '../../support/builders.ts';
import { podSecurityFaults, type PodSpec } from '../../support/pod-security.ts';
import type { DagRepository } from '../../../src/model/dag-repository.ts';
import type { KubeObject } from '../../../src/model/object.ts';

const repository = aDagRepository({
  airflow: { config: { core: { auth_manager: '$(HOME).Manager', parallelism: 8 } } },
});
const recipe = (one: DagRepository) => recipeOf(one.metadata.name, one.spec, v3);
const jobOf = (one: DagRepository) => schemaJob(one, recipe(one), {});
const job = jobOf(repository);
const podOf = (object: KubeObject) => (object['spec'] as { template: { spec: PodSpec } }).template.spec;

test('the Job is what is rendered', async () => {
  const file = new URL('golden/job.yaml', import.meta.url);
  const text = stringify(job, { lineWidth: 0, aliasDuplicateObjects: false });
  if (process.env['UPDATE_GOLDEN']) await writeFile(file, text);
  expect(text).toBe(await readFile(file, 'utf8'));
});

test('its pod meets PodSecurity restricted, has no token, and its database listens to nobody else', () => {
  expect(podSecurityFaults(podOf(job))).toEqual([]);
  expect(podOf(job)).toMatchObject({ automountServiceAccountToken: false });
  expect(JSON.stringify(job)).toContain('listen_addresses=127.0.0.1');
});

test('a design and its DagRepository agree on the name of the dump', () => {
  const design = aDesign({ repository });
  expect(recipeOf(design.repository, design, v3).name).toBe(job.metadata.name);
});

test.each([
  ['another Airflow', { airflow: { image: 'apache/airflow:3.4.0' } }],
  ['another PostgreSQL', { database: { image: 'postgres:18' } }],
  [
    'another auth manager, which may bring tables',
    { airflow: { config: { core: { auth_manager: 'fab' } } } },
  ],
  ['another DagRepository', { name: 'other' }],
])('%s means another dump', (_what, parts) => {
  expect(jobOf(aDagRepository(parts)).metadata.name).not.toBe(jobOf(aDagRepository()).metadata.name);
});

test('an option that decides no table means the same dump', () => {
  const tuned = aDagRepository({ airflow: { config: { core: { parallelism: 9 } } } });
  expect(jobOf(tuned).metadata.name).toBe(jobOf(aDagRepository()).metadata.name);
});

test('a whole dump is taken as it is, and every preview gets a copy of it', () => {
  const dump = dumpConfigMap(repository, recipe(repository), readDump(aSchemaDump()), {});
  expect(dump.metadata.ownerReferences).toEqual([expect.objectContaining({ uid: repository.metadata.uid })]);
  const copy = schemaCopy(aDesign({ repository }), dump);
  const packed = (copy['binaryData'] as Record<string, string>)['schema.gz']!;
  expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toContain('alembic_version');
  expect((copy['data'] as Record<string, string>)['restore.sh']).toContain(`${INIT_DIR}/schema.gz`);
});

test.each([
  ['nothing', ''],
  ['a log that is no dump', 'pg_dump: error: connection refused'],
  ['one cut short', aSchemaDump().slice(0, -40)],
  ['one without its last line', dumpWithout('complete')],
  ['one without a version', dumpWithout('1d6611b6ab7c')],
])('%s is refused with a reason', (_what, log) => {
  expect(() => readDump(log)).toThrow(/^The dump that the Job printed cannot be used: /);
});

test('the database’s pod is the same whether there is a dump or not', () => {
  const pod = podOf(database(aDesign()).find(({ kind }) => kind === 'Deployment')!) as unknown as {
    volumes: object[];
  };
  expect(pod.volumes).toContainEqual({
    name: 'schema',
    configMap: { name: SCHEMA, optional: true, defaultMode: 0o555 },
  });
});

const IMAGE = 'apache/airflow:3.3.2';
const aRunningPod = (created: string, imageID?: string, image = IMAGE): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: created, creationTimestamp: `2026-11-20T10:${created}:00Z` },
  spec: { initContainers: [{ name: 'git', image: 'git' }], containers: [{ name: 'api-server', image }] },
  status: {
    initContainerStatuses: [{ name: 'git', imageID: 'git@sha256:0' }],
    containerStatuses: [{ name: 'api-server', ...(imageID && { imageID }) }],
  },
});

test.each([
  ['no pod', [], undefined],
  ['one that does not run yet', [aRunningPod('01')], undefined],
  ['one of another image', [aRunningPod('01', 'sha256:1', 'other')], undefined],
  [
    'the youngest that runs',
    [aRunningPod('01', 'sha256:1'), aRunningPod('02', 'sha256:2'), aRunningPod('03')],
    'sha256:2',
  ],
])('the digest that counts is that of %s', (_which, pods, expected) => {
  expect(newestDigest(pods, IMAGE)).toBe(expected);
});
