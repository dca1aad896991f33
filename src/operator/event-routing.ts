import { findCondition } from '../model/conditions.ts';
import { annotation, label } from '../model/labels.ts';
import { ownerOfNamespace } from '../model/namespace-owner.ts';
import { keyOf, keyText } from '../model/object.ts';
import { openMark } from '../model/preview.ts';
import { isFailure } from '../model/reasons.ts';
import type { Change } from '../cluster/api.ts';
import type { Queue } from '../controller/queue.ts';
import type { Memories } from '../controller/repository/memory.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { Caches } from './caches.ts';
import type { Notifiers } from './notifier-wiring.ts';

interface Routes {
  caches: Caches;
  repositories: Pick<Queue, 'add'>;
  previews: Pick<Queue, 'add'>;
  notifiers: Pick<Notifiers, 'add' | 'addRemoval'>;
  memories: Pick<Memories, 'requestListing' | 'startAnew'>;
  /** A Preview is no more. */
  forget(uid: string): void;
}

/** Which change of which object wakes which reconciler, by name alone: what it means they find out by looking. */
export function routeEvents({ caches, repositories, previews, notifiers, memories, forget }: Routes) {
  const wake = (queue: Pick<Queue, 'add'>, object: KubeObject) => queue.add(keyText(keyOf(object)));

  caches.repositories.onChange(({ type, object, previous }) => {
    const edited = previous?.metadata.generation !== object.metadata.generation;
    const changed = edited || asked(previous) !== asked(object);
    if (edited) memories.startAnew(keyText(keyOf(object)));
    else if (changed) memories.requestListing(keyText(keyOf(object)));
    // A `url.base` may have become free, or another's.
    if (changed || type !== 'modified') for (const one of caches.repositories.list()) wake(repositories, one);
    if (changed || type !== 'modified' || trouble(previous) !== trouble(object))
      for (const preview of caches.previewsOf(object)) wake(previews, preview);
    // Another target, or none: what waits to be told waits for that one.
    if (edited) caches.previewsOf(object).forEach(notifiers.add);
    // Only beside a DagRepository are outbox entries believed.
    if (type === 'added')
      for (const entry of caches.outbox.list())
        if (entry.metadata.namespace === object.metadata.namespace) notifiers.addRemoval(entry);
  });

  caches.previews.onChange(({ type, object, previous }) => {
    const repository = repositoryOf(object);
    if (type === 'deleted') {
      memories.requestListing(repository);
      forget(object.metadata.uid ?? '');
      // Whatever it said of itself: it may have had the name that belongs to a branch of another DagRepository.
      for (const one of caches.repositories.list())
        if (one.metadata.namespace === object.metadata.namespace) wake(repositories, one);
    }
    if (type !== 'modified' || openMark(object) || grantFacts(previous) !== grantFacts(object))
      repositories.add(repository);
    wake(previews, object);
    notifiers.add(object);
  });
  caches.outbox.onChange(({ type, object }) => type === 'deleted' || notifiers.addRemoval(object));

  const ownerOf = ({ metadata }: KubeObject) =>
    caches.previews.byUid(metadata.labels?.[label.previewUid] ?? '') ??
    caches.previews.byUid(metadata.annotations?.[annotation.previewUid] ?? '');
  /** The Preview that took the place of the one that a namespace was made for. */
  const heirOf = (namespace: KubeObject) => {
    const owner = ownerOfNamespace(namespace);
    return owner && caches.previews.get({ namespace: owner.repository.namespace, name: owner.preview.name });
  };
  const wakeOwner = ({ object }: Change<KubeObject>) => {
    const preview = ownerOf(object);
    if (preview) wake(previews, preview);
  };
  caches.namespaces.onChange(({ type, object, previous }) => {
    const preview = ownerOf(object) ?? (previous && ownerOf(previous)) ?? heirOf(object);
    if (!preview) return;
    wake(previews, preview);
    if (type === 'deleted') repositories.add(repositoryOf(preview)); // its slot may be free
  });
  caches.pods.onChange(wakeOwner);
  for (const cache of caches.owned) {
    // While a namespace is emptied, every object of it says so: what remains to be done shows in pods and namespace alone.
    cache.onChange((change) => ownerOf(change.object)?.metadata.deletionTimestamp || wakeOwner(change));
  }

  caches.kept.onChange(({ object }) => {
    for (const { kind, name } of object.metadata.ownerReferences ?? [])
      if (kind === 'DagRepository')
        repositories.add(keyText({ namespace: object.metadata.namespace ?? '', name }));
  });
}

const repositoryOf = ({ metadata, spec }: Preview) =>
  keyText({ namespace: metadata.namespace ?? '', name: spec?.repositoryRef?.name });

/** Somebody wants a look at a DagRepository and all of its branches. */
const asked = (object: KubeObject | undefined) => object?.metadata.annotations?.[annotation.checkRequested];

/** What its previews pass on of a DagRepository's state; its counts, which change with every one of them, are not among it. */
function trouble(object: KubeObject | undefined): string | undefined {
  const ready = findCondition((object as DagRepository | undefined)?.status?.conditions, 'Ready');
  return ready && isFailure(ready.reason) ? `${ready.reason} ${ready.message}` : undefined;
}

/** What the repository reconciler grants by. */
const grantFacts = (preview: Preview | undefined) => {
  const { branch, url, admitted, queue, revision, rendering, conditions } = preview?.status ?? {};
  const { generation, deletionTimestamp } = preview?.metadata ?? {};
  const ready = findCondition(conditions, 'Ready');
  const heard = [ready?.status, ready?.reason, ready?.observedGeneration];
  return JSON.stringify([
    generation,
    deletionTimestamp,
    branch,
    url,
    admitted,
    queue,
    revision,
    rendering,
    heard,
  ]);
};
