import { LEASE } from '../leader/lease.ts';
import { kinds } from '../model/kinds.ts';
import { label } from '../model/labels.ts';
import { isMadeFor } from '../model/namespace-owner.ts';
import { isOf, namespaceOf, readPreview } from '../model/preview.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { Lease } from '../leader/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';

/** Kinds of which only the metadata is watched: that they exist, are ours and were not changed is all we need to know. */
const OWNED = [
  kinds.ConfigMap,
  kinds.ServiceAccount,
  kinds.ResourceQuota,
  kinds.LimitRange,
  kinds.NetworkPolicy,
  kinds.RoleBinding,
  kinds.Deployment,
] as const;

/** Every watch that Offshoot holds. All but namespaces and the two kinds of its own are narrowed to objects that carry its label. */
export function watchEverything(cluster: Cluster) {
  const ours = { labelSelector: label.previewUid };
  const services = cluster.watch<KubeObject>(kinds.Service, ours);
  const secrets = cluster.watch<KubeObject>(kinds.Secret, { ...ours, metadataOnly: true });
  const caches = {
    repositories: cluster.watch<KubeObject>(kinds.DagRepository, { keepManagedFields: false }),
    previews: cluster.watch<Preview>(kinds.Preview, { keepManagedFields: false }),
    /** All of them: one that lost its label is to be found again. */
    namespaces: cluster.watch<KubeObject>(kinds.Namespace, { metadataOnly: true, keepManagedFields: false }),
    pods: cluster.watch<KubeObject>(kinds.Pod, {
      labelSelector: `${label.previewUid},${label.part} in (airflow,postgres)`,
      keepManagedFields: false,
    }),
    outbox: cluster.watch<KubeObject>(kinds.ConfigMap, {
      labelSelector: label.outbox,
      keepManagedFields: false,
    }),
    /** Dumps of Airflow's schema, beside their DagRepositories. */
    schemas: cluster.watch<KubeObject>(kinds.ConfigMap, {
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
      ...OWNED.map((kind) => cluster.watch<KubeObject>(kind, { ...ours, metadataOnly: true })),
    ],
  };
  const { repositories, previews, namespaces, pods, outbox, schemas, leases, owned } = caches;
  const all: Cache<KubeObject>[] = [
    repositories,
    previews,
    namespaces,
    pods,
    outbox,
    schemas,
    leases,
    ...owned,
  ];
  /** Previews that can be read; others harm only themselves. */
  const readable = () => previews.list().filter((preview) => readPreview(preview).ok);
  return {
    ...caches,
    all,
    readable,
    previewsOf: (repository: KubeObject) => readable().filter(isOf(repository)),
    /** The pods of database and Airflow of a preview. */
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

export type Watched = ReturnType<typeof watchEverything>;
