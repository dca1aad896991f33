import { createHash } from 'node:crypto';
import type { KubeObject, ManagedField } from './api.ts';
import { canonical } from './canonical.ts';

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
    (entry) => isOwn(entry, manager) && covers(entry.fieldsV1, { ...rest, metadata: noted }),
  );
}

/** The field manager that last wrote to a field which `desired` has too, other than by our apply; undefined if there is none. */
export function rivalOf(desired: KubeObject, live: KubeObject, manager: string): string | undefined {
  return lastWriter(live, (entry) => !isOwn(entry, manager) && touches(entry.fieldsV1, desired));
}

/** The field manager that wrote last, leaving status aside. */
export function lastWriter(
  { metadata: { managedFields = [] } }: KubeObject,
  which: (entry: ManagedField) => boolean = () => true,
): string | undefined {
  return managedFields
    .filter((entry) => entry.subresource !== 'status' && which(entry))
    .sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))[0]?.manager;
}

const isOwn = (entry: ManagedField, manager: string) =>
  entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;

/** Whether a set of fields, as Kubernetes writes it (`f:name`, `k:{"name":"item"}`, `v:value`), has one that the value has. */
function touches(fields: unknown, value: unknown): boolean {
  return Object.entries((fields ?? {}) as Record<string, unknown>).some(([key, inner]) => {
    const at = step(key, value);
    if (at === undefined) return false;
    return Object.keys(inner ?? {}).some((one) => one !== '.') ? touches(inner, at) : true;
  });
}

/** Whether a set of fields has every one that the value has. What is owned as a whole has no parts in it. */
function covers(fields: unknown, value: unknown): boolean {
  const known = Object.entries(fields as Record<string, unknown>);
  if (known.length === 0 || typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value))
    return value.every((item) =>
      known.some(([key, inner]) => step(key, [item]) !== undefined && covers(inner, item)),
    );
  return Object.entries(value).every(
    ([name, part]) =>
      part === undefined || known.some(([key, inner]) => key === `f:${name}` && covers(inner, part)),
  );
}

function step(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (key.startsWith('f:')) return (value as Record<string, unknown>)[key.slice(2)];
  if (!Array.isArray(value) || !/^[kv]:/.test(key)) return undefined;
  const wanted: unknown = JSON.parse(key.slice(2));
  if (key.startsWith('v:')) return value.find((one) => canonical(one) === canonical(wanted)) as unknown;
  const parts = Object.entries(wanted as object);
  return value.find((one: Record<string, unknown>) =>
    // A key may be a default that we did not write, such as a port's protocol.
    parts.every(([name, part]) => one[name] === undefined || one[name] === part),
  ) as unknown;
}
