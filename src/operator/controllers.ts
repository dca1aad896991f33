import { createOrphans } from '../controller/orphans.ts';
import { createQueue } from '../controller/queue.ts';
import { createMemories } from '../controller/repository/memory.ts';
import { keyOf, keyText } from '../model/object.ts';
import { codeOf, textOf } from '../model/problem.ts';
import { createReadYourWrites } from '../model/read-your-writes.ts';
import { createNotifiers } from './notifier-wiring.ts';
import { sharedBy } from './shared.ts';
import { previewReconciler } from './preview-wiring.ts';
import { repositoryReconciler } from './repository-wiring.ts';
import { routeEvents } from './event-routing.ts';
import type { QueueOptions } from '../controller/queue.ts';
import type { Preview } from '../model/preview.ts';
import type { Parts, Shared } from './shared.ts';

/** Namespaces are looked through this often for those that a Preview left behind. */
const SWEEP_MS = 15_000;

/** The reconcilers, each with its queue: made anew each time this process begins to lead, so that nothing is remembered from before. */
function beginTerm(parts: Parts, shared: Shared) {
  const { caches, metrics, log } = parts;
  const memories = createMemories();
  const granted = createReadYourWrites<Preview>();

  const queueFor = (
    kind: string,
    workers: number,
    reconcile: QueueOptions['reconcile'],
    options: Partial<QueueOptions> = {},
  ) =>
    createQueue({
      workers,
      reconcile(key) {
        const end = metrics.reconciles.startTimer({ kind });
        return reconcile(key).finally(end);
      },
      onRetry(key, error, ms) {
        metrics.retries.inc({ kind });
        const code = codeOf(error);
        log[code === 'Conflict' || code === 'NotLeading' ? 'debug' : 'warn'](
          { [kind]: key, code, why: textOf(error), retryInMs: Math.round(ms) },
          'reconcile failed, retrying',
        );
      },
      ...options,
    });
  const orphans = createOrphans({
    ...caches,
    cluster: parts.cluster,
    remove: parts.backend.remove,
    changed: (repository) => repositories.add(keyText(repository)),
    count: (found) => metrics.orphans.set(found),
    log,
  });
  // Each may wait for a git host that does not answer; the others go on.
  const repositories = queueFor(
    'repository',
    16,
    repositoryReconciler(shared, memories, granted, orphans.of),
  );
  const previews = queueFor('preview', 8, previewReconciler(shared));
  const leftBehind = queueFor('namespace', 2, orphans.reconcile);
  const notifiers = createNotifiers(shared, (reconcile) =>
    queueFor('notice', 8, reconcile, {
      limits: { firstMs: 1_000, maxMs: 30_000 },
      // It says itself what it failed at: its key tells a person nothing.
      onRetry: () => metrics.retries.inc({ kind: 'notice' }),
    }),
  );
  const sweep = () => orphans.nominees().forEach(leftBehind.add);
  const sweeping = setInterval(sweep, SWEEP_MS).unref();
  sweep();

  return {
    repositories,
    previews,
    notifiers,
    memories,
    granted,
    /** Takes no more work; resolves when what runs has ended. */
    async stop() {
      clearInterval(sweeping);
      await Promise.all([repositories.stop(), previews.stop(), leftBehind.stop(), notifiers.stop()]);
      metrics.orphans.set(0);
    },
  };
}

/** What the leader alone does. */
export function createControllers(parts: Parts) {
  const { caches } = parts;
  const shared = sharedBy(parts);
  let term: ReturnType<typeof beginTerm> | undefined;
  routeEvents({
    caches,
    repositories: { add: (key) => term?.repositories.add(key) },
    previews: { add: (key) => term?.previews.add(key) },
    notifiers: {
      add: (preview) => term?.notifiers.add(preview),
      addRemoval: (configMap) => term?.notifiers.addRemoval(configMap),
    },
    memories: {
      requestListing: (key) => term?.memories.requestListing(key),
      startAnew: (key) => term?.memories.startAnew(key),
    },
    forget: (uid) => term?.granted.forget(uid),
  });

  return {
    /** Only once every cache is filled: a Preview seen before its DagRepository would look like an orphan, and lose its workloads. */
    start() {
      term = beginTerm(parts, shared);
      for (const object of caches.repositories.list()) term.repositories.add(keyText(keyOf(object)));
      for (const object of caches.previews.list()) {
        term.previews.add(keyText(keyOf(object)));
        term.notifiers.add(object);
      }
      for (const object of caches.outbox.list()) term.notifiers.addRemoval(object);
    },
    async stop() {
      const ending = term;
      term = undefined;
      await ending?.stop();
    },
  };
}
