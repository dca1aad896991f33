import { LEASE } from '../leader/lease.ts';
import { readDagRepository } from '../model/dag-repository.ts';
import { kinds } from '../model/kinds.ts';
import { label } from '../model/labels.ts';
import { isMadeFor } from '../model/namespace-owner.ts';
import { keyOf } from '../model/object.ts';
import { isOf, namespaceOf, readPreview } from '../model/preview.ts';
import type { Watches } from '../backends/api.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { Lease } from '../leader/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Key, KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';

/** Every watch that Offshoot holds. All but namespaces and the two kinds of its own are narrowed to objects that carry its label. */
export function createCaches(cluster: Cluster, watches: Watches) {
  const ours = { labelSelector: label.previewUid };
  const services = cluster.watch<KubeObject>(kinds.Service, ours);
  const secrets = cluster.watch<KubeObject>(kinds.Secret, { ...ours, metadataOnly: true });
  const caches = {
    repositories: cluster.watch<KubeObject>(kinds.DagRepository, { keepManagedFields: false }),
    previews: cluster.watch<Preview>(kinds.Preview, { keepManagedFields: false }),
    /** All of them: one that lost its label is to be found again. */
    namespaces: cluster.watch<KubeObject>(kinds.Namespace, { metadataOnly: true, keepManagedFields: false }),
    pods: cluster.watch<KubeObject>(kinds.Pod, {
      labelSelector: `${label.previewUid},${label.part} in (${watches.parts.join()})`,
      keepManagedFields: false,
    }),
    outbox: cluster.watch<KubeObject>(kinds.ConfigMap, {
      labelSelector: label.outbox,
      keepManagedFields: false,
    }),
    /** What the backend keeps beside DagRepositories. */
    kept: cluster.watch<KubeObject>(kinds.ConfigMap, {
      labelSelector: label.schema,
      keepManagedFields: false,
    }),
    leases: cluster.watch<Lease>(kinds.Lease, {
      fieldSelector: `metadata.name=${LEASE}`,
      keepManagedFields: false,
    }),
    services,
    secrets,
    owned: [
      services,
      secrets,
      // That they exist, are ours and were not changed is all we need to know of these.
      ...watches.kinds.map((kind) => cluster.watch<KubeObject>(kind, { ...ours, metadataOnly: true })),
    ],
  };
  const { repositories, previews, namespaces, pods, outbox, kept, leases, owned } = caches;
  const all: Cache<KubeObject>[] = [repositories, previews, namespaces, pods, outbox, kept, leases, ...owned];
  /** Previews that can be read; others harm only themselves. */
  const readable = () => previews.list().filter((preview) => readPreview(preview).ok);
  const repository = (key: Key): DagRepository | undefined => {
    const object = repositories.get(key);
    const read = object && readDagRepository(object);
    return read?.ok ? read.repository : undefined;
  };
  return {
    ...caches,
    all,
    readable,
    /** A DagRepository that can be read; so are those in the list. */
    repository,
    readableRepositories: () => repositories.list().flatMap((object) => repository(keyOf(object)) ?? []),
    repositoryOf: ({ metadata: { namespace = '' }, spec }: Preview) =>
      repository({ namespace, name: spec.repositoryRef.name }),
    previewsOf: (repository: KubeObject) => readable().filter(isOf(repository)),
    /** The pods of a preview that its backend looks at. */
    podsOf: ({ metadata }: Preview) => pods.labelled(label.previewUid, metadata.uid ?? ''),
    /** Whether there is a DagRepository in a namespace, be it on its way out. */
    hasRepository: (namespace: string) =>
      repositories.list().some(({ metadata }) => metadata.namespace === namespace),
    /** Whether there is a namespace of a preview, be it on its way out. */
    hasNamespace(preview: Preview) {
      const namespace = namespaces.get({ name: namespaceOf(preview) });
      return namespace !== undefined && isMadeFor(namespace, preview.metadata.uid ?? '');
    },
    /** The youngest running pod that a Service selects. */
    podOf({ metadata, spec }: KubeObject): string | undefined {
      const wanted = Object.entries((spec as { selector?: Record<string, string> }).selector ?? {});
      const selected = pods
        .list()
        .filter((pod) => pod.metadata.namespace === metadata.namespace && !pod.metadata.deletionTimestamp)
        .filter((pod) => wanted.every(([key, value]) => pod.metadata.labels?.[key] === value))
        .filter((pod) => (pod['status'] as { phase?: string } | undefined)?.phase === 'Running');
      const age = (pod: KubeObject) => pod.metadata.creationTimestamp ?? '';
      return selected.sort((one, other) => age(other).localeCompare(age(one)))[0]?.metadata.name;
    },
    async start() {
      for (const cache of all) cache.start();
      await Promise.all(all.map((cache) => cache.synced()));
    },
    synced: () => all.every((cache) => cache.hasSynced()),
  };
}

export type Caches = ReturnType<typeof createCaches>;
