import { ClusterError } from '../../../src/cluster/errors.ts';
import { leaves, pathsIn, same, treeOf, valueAt, withField } from './fields.ts';
import type { KubeObject, ManagedField } from '../../../src/cluster/api.ts';
import type { Path } from './fields.ts';

export interface Writer {
  manager: string;
  subresource?: 'status' | undefined;
  force?: boolean | undefined;
  at: string;
}

/** What somebody may write: through the object itself everything but its status, through `status` that alone. */
export function writable({ apiVersion: _, kind: __, metadata, status, ...rest }: KubeObject, sub?: 'status') {
  if (sub) return { status };
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return { ...rest, metadata: { labels, annotations, finalizers, ownerReferences } };
}

/** Server-side apply: what this manager applied before and no longer does goes, unless it is somebody else's too. */
export function applied(live: KubeObject | undefined, object: KubeObject, writer: Writer): KubeObject {
  const { manager, subresource, force } = writer;
  const wish = clean(writable(object, subresource));
  const fields = leaves(wish);
  const entries = live?.metadata.managedFields ?? [];
  const isOwn = (one: ManagedField) =>
    one.manager === manager && one.operation === 'Apply' && one.subresource === subresource;
  const own = entries.find(isOwn);
  const others = entries.filter((one) => one !== own);
  const owned = new Set(
    others.flatMap(({ fieldsV1 }) => pathsIn(fieldsV1).map((path) => JSON.stringify(path))),
  );

  const taken = [...fields].filter(
    ([key, path]) => owned.has(key) && !same(valueAt(live, path), valueAt(wish, path)),
  );
  if (taken.length > 0 && !force) throw new ClusterError('Conflict', `others own ${taken[0]![0]}`);

  const dropped = pathsIn(own?.fieldsV1)
    .filter((path) => !fields.has(JSON.stringify(path)))
    .filter((path) => !owned.has(JSON.stringify(path)));
  let next: unknown = live ?? { ...object, status: undefined, metadata: named(object) };
  for (const path of dropped) next = withField(next, path, undefined);
  for (const path of fields.values()) next = withField(next, path, valueAt(wish, path));

  const changed = !live || !same(content(live), content(next as KubeObject));
  const time = own && !changed && same(own.fieldsV1, treeOf(fields.values())) ? own.time : writer.at;
  const entry = { manager, operation: 'Apply', subresource, time, fieldsV1: treeOf(fields.values()) };
  const left = without(others, new Map(taken));
  return withManaged(next as KubeObject, [...left, entry]);
}

/** Any other write: whoever changes a field owns it from then on. */
export function updated(live: KubeObject | undefined, next: KubeObject, writer: Writer): KubeObject {
  const { manager, subresource } = writer;
  const [before, after] = [live && clean(writable(live, subresource)), clean(writable(next, subresource))];
  const fields = leaves(after);
  const changed = new Map(
    [...fields, ...(before ? leaves(before) : [])].filter(
      ([, path]) => !same(valueAt(before, path), valueAt(after, path)),
    ),
  );
  const entries = without(live?.metadata.managedFields ?? [], changed);
  const isOwn = (one: ManagedField) =>
    one.manager === manager && one.operation === 'Update' && one.subresource === subresource;
  const kept = pathsIn(entries.find(isOwn)?.fieldsV1);
  const written = [...changed].filter(([key]) => fields.has(key)).map(([, path]) => path);
  const entry = {
    manager,
    operation: 'Update',
    subresource,
    time: writer.at,
    fieldsV1: treeOf([...kept, ...written]),
  };
  return withManaged(next, [...entries.filter((one) => !isOwn(one)), ...(written.length ? [entry] : [])]);
}

/** Everything but the bookkeeping. */
export const content = ({ metadata, ...rest }: KubeObject) => {
  const { managedFields: _, resourceVersion: __, ...others } = metadata;
  return { ...rest, metadata: others };
};

/** As it travels: without what is undefined. */
export const clean = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const named = ({ metadata: { name, namespace } }: KubeObject) => ({ name, ...(namespace && { namespace }) });

const without = (entries: readonly ManagedField[], lost: ReadonlyMap<string, Path>): ManagedField[] =>
  entries.flatMap((one) => {
    const left = pathsIn(one.fieldsV1).filter((path) => !lost.has(JSON.stringify(path)));
    return left.length ? [{ ...one, fieldsV1: treeOf(left) }] : [];
  });

const withManaged = (object: KubeObject, managedFields: ManagedField[]): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields },
});
