import { createHash } from 'node:crypto';
import type { KubeObject, ManagedField } from './api.ts';
import { canonical } from './canonical.ts';
import { covers, firstShared } from './field-set.ts';
import type { Rival } from './truce.ts';

/**
 * A short string that changes when anybody changed what `manager` applied, and only then. It reads metadata alone: the API server keeps
 * book of who applied which field, and a field that somebody else changes or removes leaves our entry. What others add beside it is
 * theirs; an apply would not remove it. With the time, which moves when somebody else applies other values under our name.
 */
export function signature(object: KubeObject, manager: string): string {
  const { uid, deletionTimestamp, managedFields = [] } = object.metadata;
  const own = managedFields
    .filter((entry) => isOwn(entry, manager))
    .map(({ time, fieldsV1 }) => ({ time, fieldsV1 }));
  return createHash('sha256').update(canonical({ uid, deletionTimestamp, own })).digest('base64url');
}

/**
 * Whether `manager` still owns all that it would apply: nobody has changed or removed a field of it. Values are not compared: metadata
 * does not tell them.
 */
export function owns(live: KubeObject, desired: KubeObject, manager: string): boolean {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = desired;
  const { name: _name, namespace: _namespace, ...noted } = metadata;
  return (live.metadata.managedFields ?? []).some(
    (entry) =>
      isOwn(entry, manager) && entry.fieldsV1 && covers(entry.fieldsV1, { ...rest, metadata: noted }),
  );
}

/** Who last wrote to a field which `desired` has too, other than by our apply, and to which one; undefined if there is nobody. */
export function rivalOf(desired: KubeObject, live: KubeObject, manager: string): Rival | undefined {
  const field = ({ fieldsV1 }: ManagedField) => firstShared(fieldsV1, desired);
  const last = lastOf(live, (entry) => !isOwn(entry, manager) && field(entry) !== undefined);
  return last && { by: last.manager, field: field(last) };
}

/** The field manager that wrote last, leaving status aside. */
export const lastWriter = (live: KubeObject): string | undefined => lastOf(live, () => true)?.manager;

const lastOf = (
  { metadata: { managedFields = [] } }: KubeObject,
  which: (entry: ManagedField) => boolean,
): ManagedField | undefined =>
  managedFields
    .filter((entry) => entry.subresource !== 'status' && which(entry))
    .sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))[0];

const isOwn = (entry: ManagedField, manager: string) =>
  entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
