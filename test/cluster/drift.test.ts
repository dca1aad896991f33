import { expect, test } from 'vitest';
import type { KubeObject, ManagedField, ObjectMeta } from '../../src/cluster/api.ts';
import { lastWriter, rivalOf, signature as signatureOf } from '../../src/cluster/drift.ts';

const ours: ManagedField = {
  manager: 'offshoot-controller',
  operation: 'Apply',
  time: '2026-11-21T00:00:00Z',
  fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
};
const theirs: ManagedField = { manager: 'kubectl-edit', operation: 'Update', time: ours.time! };
const controller: ManagedField = {
  manager: 'kcm',
  operation: 'Update',
  subresource: 'status',
  time: ours.time!,
};

const anObject = (metadata: Partial<ObjectMeta>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', uid: 'u', managedFields: [ours], ...metadata },
});
const signature = (object: KubeObject) => signatureOf(object, 'offshoot-controller');
const before = signature(anObject({}));

test.for([
  ['resourceVersion', { resourceVersion: '2' }],
  ['a first status', { managedFields: [ours, controller] }],
  ['another writer, of fields of its own', { managedFields: [ours, theirs] }],
  ['a later write of another', { managedFields: [ours, { ...theirs, time: '2026-11-21T00:00:09Z' }] }],
  ['another scale', { managedFields: [ours, { ...theirs, subresource: 'scale' }] }],
  ['an update under our own name', { managedFields: [ours, { ...theirs, manager: ours.manager! }] }],
  ['a generation', { generation: 2 }],
  ['the order of keys', { managedFields: [{ ...ours, fieldsV1: { 'f:data': { 'f:b': {}, 'f:a': {} } } }] }],
] as [string, Partial<ObjectMeta>][])('F10: %s leaves the signature alone', ([, metadata]) => {
  expect(signature(anObject(metadata))).toBe(before);
});

test.for([
  ['another uid', { uid: 'v' }],
  ['a deletion', { deletionTimestamp: '2026-11-21T00:00:00Z' }],
  [
    'a later apply under our own name, of the same fields',
    { managedFields: [{ ...ours, time: '2026-11-21T00:00:01Z' }] },
  ],
  ['a field less', { managedFields: [{ ...ours, fieldsV1: { 'f:data': { 'f:a': {} } } }] }],
  ['no book at all', { managedFields: [] }],
] as [string, Partial<ObjectMeta>][])('%s changes the signature', ([, metadata]) => {
  expect(signature(anObject(metadata))).not.toBe(before);
});

const desired = {
  ...anObject({ labels: { app: 'web' } }),
  spec: {
    replicas: 1,
    ports: [{ name: 'http', port: 80 }],
    containers: [{ name: 'web', image: 'web:1' }],
  },
};
const another = (
  manager: string,
  fieldsV1: unknown,
  at = 1,
  more: Partial<ManagedField> = {},
): ManagedField => ({
  manager,
  operation: 'Update',
  time: `2026-11-21T00:00:0${at}Z`,
  fieldsV1,
  ...more,
});
const replicas = { 'f:spec': { 'f:replicas': {} } };
const revision = { 'f:metadata': { 'f:annotations': { '.': {}, 'f:revision': {} } } };

test.for<[string, ManagedField[], string | undefined]>([
  ['nobody', [ours], undefined],
  ['a scaler', [ours, another('hpa', replicas, 1, { subresource: 'scale' })], 'hpa'],
  ['the last of two', [another('one', replicas, 2), ours, another('other', replicas, 3)], 'other'],
  [
    'not who wrote only beside ours',
    [ours, another('deployer', revision, 3), another('hpa', replicas)],
    'hpa',
  ],
  ['not who wrote a status', [ours, another('kubelet', replicas, 3, { subresource: 'status' })], undefined],
  [
    'who changed an item of a list',
    [ours, another('edit', { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } })],
    'edit',
  ],
  [
    'not who added an item',
    [
      ours,
      another('mesh', { 'f:spec': { 'f:containers': { 'k:{"name":"proxy"}': { '.': {}, 'f:image': {} } } } }),
    ],
    undefined,
  ],
  [
    'who owns a port that we named without its protocol',
    [ours, another('edit', { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {} } } } })],
    'edit',
  ],
  ['an update under our own name', [ours, another('offshoot-controller', replicas)], 'offshoot-controller'],
  ['who wrote no readable set', [ours, another('odd', undefined)], undefined],
])('F10: the rival is %s', ([, managedFields, rival]) => {
  const live = anObject({ managedFields });
  expect(rivalOf(desired, live, 'offshoot-controller')?.by).toBe(rival);
});

test('the last writer is whoever wrote last, of status aside', () => {
  const managedFields = [ours, another('b', {}, 5), another('kubelet', {}, 9, { subresource: 'status' })];
  expect(lastWriter(anObject({ managedFields }))).toBe('b');
  expect(lastWriter(anObject({ managedFields: [] }))).toBeUndefined();
});

test.for<[string, unknown]>([
  ['spec.replicas', replicas],
  [
    'spec.containers[web].image',
    { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } } } },
  ],
  ['spec.ports[80]', { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {} } } } }],
])('B08: the field that is fought over is called %s', ([field, fields]) => {
  const live = anObject({ managedFields: [ours, another('them', fields)] });
  expect(rivalOf(desired, live, 'offshoot-controller')).toEqual({ by: 'them', field });
});
