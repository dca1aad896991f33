import { LRUCache } from 'lru-cache';
import { parseKey } from '../model/object.ts';
import { done } from '../model/outcome.ts';
import { aboutPreview } from '../model/preview.ts';
import { codeOf, Problem, textOf } from '../model/problem.ts';
import { decide } from './decide.ts';
import { noticeOf } from './notes.ts';
import { NotifyError } from './notify-error.ts';
import type { Logger } from 'pino';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Preview } from '../model/preview.ts';
import type { Channel, OutboxEntry, Trouble } from './api.ts';
import type { Step, Told } from './decide.ts';
import type { Notes } from './notes.ts';
import type { Pace } from './pace.ts';

interface PreviewKey {
  namespace: string;
  uid: string;
}

export interface NotifierDeps {
  channel: Channel;
  /** The newest that is known of it. */
  previewOf(key: PreviewKey): Preview | undefined;
  repositoryOf(preview: Preview): DagRepository | undefined;
  /** The removal that this channel has yet to tell, if the entry can be trusted to be Offshoot's own. */
  entryOf(key: PreviewKey): OutboxEntry | undefined;
  /** Deletes it, pinned to its uid; one that is gone already is fine. */
  removeEntry(entry: OutboxEntry): Promise<void>;
  /** Shared with the other channels: they write into one status. */
  notes: Notes;
  pace: Pace;
  now(): Date;
  log: Pick<Logger, 'info' | 'warn'>;
}

/** What was told is in the API as well: whoever is forgotten here is read there. */
const MOST = 10_000;

/**
 * The reconciler of what one channel tells about one preview, in one message that is updated in place. Its key is `<namespace>/<uid of the
 * Preview>`: of the namespace too, for an outbox entry says itself which uid it is about, and must not speak for a preview of another one.
 */
export function createNotifier(deps: NotifierDeps): (key: string) => Promise<Outcome> {
  const { channel, notes, pace, log } = deps;
  const memory = new LRUCache<string, Told>({ max: MOST });

  return async (key) => {
    const { namespace = '', name: uid } = parseKey(key);
    const preview = deps.previewOf({ namespace, uid });
    const entry = deps.entryOf({ namespace, uid });
    if (!preview) notes.forget(uid);
    const step = decide({
      channel,
      preview,
      repository: preview && deps.repositoryOf(preview),
      entry,
      told: memory.get(key),
      noted: preview && noticeOf(channel, preview),
      now: deps.now(),
    });
    if (step.do === 'nothing') return done;
    const about = {
      channel: channel.name,
      ...(entry ? aboutEntry(entry) : preview && aboutPreview(preview)),
    };
    try {
      if (step.do === 'tell') {
        const waitMs = await tell(step, key, entry !== undefined);
        if (waitMs > 0) return { kind: 'Wait', ms: waitMs };
        log.info({ ...about, state: step.what.state }, 'notify: announced');
      }
      if (step.do === 'give up')
        log.warn(about, 'notify: gave up after a day; the removal was not announced');
      if (entry) await deps.removeEntry(entry);
      else if (preview) await note(preview, key, undefined);
      return done;
    } catch (error) {
      const code = error instanceof Problem ? error.reason : codeOf(error);
      log.warn({ ...about, code, why: textOf(error) }, 'notify: failed, retrying');
      const trouble = channel.conditionOf(error);
      // That this cannot be written either is worth a line, no more.
      if (preview && !entry && trouble)
        await note(preview, key, trouble).catch((cause: unknown) =>
          log.warn({ ...about, why: textOf(cause) }, 'notify: could not record the failure'),
        );
      const askedMs = error instanceof NotifyError ? error.retryAfterMs : undefined;
      return { kind: 'Retry', error, ...(askedMs !== undefined && { ms: askedMs }) };
    }
  };

  /** How long to wait for a turn; 0: it is told. */
  async function tell({ to, what, hash, at }: Extract<Step, { do: 'tell' }>, key: string, over: boolean) {
    const { namespace = '', name: uid } = parseKey(key);
    const open = await channel.open(to, namespace);
    const { key: line, everyMs } = channel.pace(to);
    const waitMs = pace.wait(line, everyMs);
    if (waitMs > 0) return waitMs;
    try {
      memory.set(key, { place: await open.tell(what, at, uid), hash, over });
      return 0;
    } catch (error) {
      if (error instanceof NotifyError && error.retryAfterMs) pace.hold(line, error.retryAfterMs);
      throw error;
    }
  }

  async function note(preview: Preview, key: string, trouble: Trouble | undefined): Promise<void> {
    notes.setTrouble(preview, channel.name, trouble);
    await notes.save(preview, channel.name, memory.get(key));
  }
}

const aboutEntry = ({ namespace, announcement: { repository, branch } }: OutboxEntry) => ({
  repository: `${namespace}/${repository}`,
  branch,
});
