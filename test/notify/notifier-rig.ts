import { pino } from 'pino';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createNotes } from '../../src/notify/notes.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { entryName, outboxConfigMap, parseOutbox, removalNotice } from '../../src/notify/outbox.ts';
import { createPace } from '../../src/notify/pace.ts';
import { NOW } from '../support/builders.ts';
import { aRepository } from './a-preview.ts';
import type { Cluster, KubeObject } from '../../src/cluster/api.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Preview } from '../../src/model/preview.ts';
import type { Channel } from '../../src/notify/api.ts';

const uidOf = ({ metadata }: KubeObject) => metadata.uid ?? '';

/**
 * The notifiers of one process over an API in memory. Nothing runs by itself: what wants to come back later comes back when the test says
 * so, and the clocks go on by as much as it wanted to wait.
 */
export function aRig(channels: readonly Channel[], repository: DagRepository = aRepository()) {
  const stored = new Map<string, Preview>();
  const cached = new Map<string, Preview>();
  const configMaps = new Map<string, KubeObject>();
  /** The Previews as they were after each write of the notifiers. */
  const writes: Preview[] = [];
  const clock = { ms: 0 };
  const world = {
    repository: repository as DagRepository | undefined,
    refusal: undefined as Error | undefined,
  };
  let version = 0;
  const now = () => new Date(NOW.getTime() + clock.ms);

  /** Server-side apply, as far as the notifier's part of a status goes. */
  const apply = async (patch: Preview): Promise<Preview> => {
    if (world.refusal) throw world.refusal;
    const found = stored.get(uidOf(patch));
    if (!found) throw new ClusterError('NotFound', 'it is gone');
    const { notices: _, conditions = [], ...others } = found.status ?? {};
    const { notices, conditions: ours = [] } = patch.status ?? {};
    const kept = conditions.filter(({ type }) => type !== 'Notified');
    const status = { ...others, ...(notices && { notices }), conditions: [...kept, ...ours] };
    const next = { ...found, metadata: { ...found.metadata, resourceVersion: String(++version) }, status };
    stored.set(uidOf(next), next);
    writes.push(next);
    return next;
  };

  function aProcess() {
    const notes = createNotes({ cluster: { apply } as unknown as Pick<Cluster, 'apply'>, now });
    const reconcilers = channels.map((channel) =>
      createNotifier({
        channel,
        previewOf({ uid }) {
          const preview = cached.get(uid);
          return preview && notes.newest(preview);
        },
        repositoryOf: () => world.repository,
        entryOf({ namespace, uid }) {
          const configMap = configMaps.get(`${namespace}/${entryName(channel.name, uid)}`);
          const read = configMap && parseOutbox(configMap, channels);
          return read?.ok ? read.entry : undefined;
        },
        removeEntry: async ({ namespace, name }) => void configMaps.delete(`${namespace}/${name}`),
        notes,
        pace: createPace(() => clock.ms),
        now,
        log: pino({ level: 'silent' }),
      }),
    );
    return (key: string) => Promise.all(reconcilers.map((reconcile) => reconcile(key)));
  }
  let process = aProcess();

  /** All keys once. */
  async function look(...keys: string[]): Promise<Outcome[]> {
    const all = keys.length > 0 ? keys : [...cached.values()].map(keyOf);
    return (await Promise.all(all.map((key) => process(key)))).flat();
  }

  return {
    world,
    clock,
    writes,
    stored,
    configMaps,
    look,
    /** Again and again, as the queue would, until nobody wants to come back or a try more is one too many. */
    async settle(tries = 10, ...keys: string[]): Promise<Outcome[]> {
      let outcomes = await look(...keys);
      for (let tried = 1; tried < tries && outcomes.some(({ kind }) => kind !== 'Done'); tried++) {
        const waits = outcomes.flatMap((one) => ('ms' in one && one.ms !== undefined ? [one.ms] : []));
        clock.ms += Math.max(1_000, ...waits);
        outcomes = await look(...keys);
      }
      return outcomes;
    },
    /** Others write a Preview, and the cache sees it: with what the notifiers wrote into it, but for what the test gives itself. */
    see(preview: Preview) {
      const { notices, conditions = [] } = stored.get(uidOf(preview))?.status ?? {};
      const notified = conditions.filter(({ type }) => type === 'Notified');
      const next: Preview = {
        ...preview,
        metadata: { ...preview.metadata, resourceVersion: String(++version) },
        status: {
          ...(notices && { notices }),
          ...preview.status,
          conditions: [...(preview.status?.conditions ?? []), ...notified],
        },
      };
      stored.set(uidOf(next), next);
      cached.set(uidOf(next), next);
    },
    /** The cache sees a Preview as it was before anything that was written: it is behind. */
    seeLate(preview: Preview) {
      cached.set(uidOf(preview), { ...preview, metadata: { ...preview.metadata, resourceVersion: '0' } });
    },
    /** What it puts into the outbox before it goes. */
    queueRemoval(preview: Preview, namespace = 'offshoot', at = now()) {
      const live = stored.get(uidOf(preview)) ?? preview;
      for (const channel of channels) {
        const entry = removalNotice(channel, live, world.repository, at);
        const configMap = entry && outboxConfigMap({ ...entry, namespace });
        if (configMap) configMaps.set(`${namespace}/${configMap.metadata.name}`, configMap);
      }
    },
    gone(preview: Preview) {
      stored.delete(uidOf(preview));
      cached.delete(uidOf(preview));
    },
    restart: () => void (process = aProcess()),
    noticesOf: (uid: string) => stored.get(uid)?.status?.notices as Record<string, object> | undefined,
    notifiedOf: (uid: string) => stored.get(uid)?.status?.conditions?.find(({ type }) => type === 'Notified'),
  };
}

export const keyOf = ({ metadata }: Preview) => `${metadata.namespace}/${metadata.uid}`;
