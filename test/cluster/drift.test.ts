import { expect, test } from 'vitest';
import type { KubeObject, ManagedField, ObjectMeta } from '../../src/cluster/api.ts';
import { signature } from '../../src/cluster/drift.ts';

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
const before = signature(anObject({}));

test.for([
  ['resourceVersion', { resourceVersion: '2' }],
  ['a first status', { managedFields: [ours, controller] }],
  ['the order of keys', { managedFields: [{ ...ours, fieldsV1: { 'f:data': { 'f:b': {}, 'f:a': {} } } }] }],
] as [string, Partial<ObjectMeta>][])('%s leaves the signature alone', ([, metadata]) => {
  expect(signature(anObject(metadata))).toBe(before);
});

test.for([
  ['another uid', { uid: 'v' }],
  ['a generation', { generation: 2 }],
  ['a deletion', { deletionTimestamp: '2026-11-21T00:00:00Z' }],
  ['another writer', { managedFields: [ours, theirs] }],
  ['another scale', { managedFields: [ours, { ...theirs, subresource: 'scale' }] }],
  ['a later write', { managedFields: [{ ...ours, time: '2026-11-21T00:00:01Z' }] }],
  ['a field less', { managedFields: [{ ...ours, fieldsV1: { 'f:data': { 'f:a': {} } } }] }],
  ['no book at all', { managedFields: [] }],
] as [string, Partial<ObjectMeta>][])('%s changes the signature', ([, metadata]) => {
  expect(signature(anObject(metadata))).not.toBe(before);
});

test('the order of writers does not matter', () => {
  expect(signature(anObject({ managedFields: [ours, theirs] }))).toBe(
    signature(anObject({ managedFields: [theirs, ours] })),
  );
});
