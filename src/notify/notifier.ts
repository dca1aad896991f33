import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import { Problem, textOf } from '../model/problem.ts';
import { announcementOf, contentHash } from './announce.ts';
import type { Announcement, Notice, Notifier, NotifierOptions, OutboxEntry, Posted } from './api.ts';
import { backoff } from './backoff.ts';
import { Memory } from './memory.ts';
import { NewestWish } from './newest-wish.ts';
import { NotifyError } from './notify-error.ts';
import { OUTBOX_HOURS } from './outbox.ts';
import { Pace } from './pace.ts';
import { needsSomebody, notifiedCondition, toldTrouble } from './trouble.ts';

/** What one message should say, and what is to be done when it does. */
interface Wish {
  announcement: Announcement;
  slack: { namespace: string; secretName: string; channel: string };
  /** What the API says was said last. */
  noted: Partial<Notice> | undefined;
  /** The preview it is noted on, or the outbox entry that is removed afterwards. */
  source: { preview: Preview } | { entry: OutboxEntry };
}

/**
 * Says what is to be said about each preview in one message that is updated in place. Level-triggered and apart from the
 * reconcilers: a channel that is down or slow delays nothing, and when it is back it hears only how things are by then.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { channels, now, log, outbox, spacingMs = 1_000 } = options;
  const { backoffMs = { first: 1_000, last: 300_000 } } = options;
  const pace = new Pace(spacingMs);
  // What was said, from the moment the channel took it: the API hears of it later, and our cache later still.
  const said = new Memory<Notice & { saved: boolean }>();
  const finished = new Memory<true>();
  // What stands in the condition `Notified`, as far as we wrote it; empty where we took it away.
  const troubles = new Memory<string>();
  const wishes = new NewestWish<Wish>({
    async fulfil(key, newest) {
      try {
        await fulfil(key, newest);
      } catch (error) {
        await tellTrouble(key, error);
        throw error;
      }
    },
    delay(key, error, failures) {
      const last = needsSomebody(error) ? Math.min(backoffMs.last, WHILE_SOMEBODY_ACTS_MS) : backoffMs.last;
      const waitMs = Math.round(backoff(error, failures, { ...backoffMs, last }));
      const reason = error instanceof Problem ? error.reason : 'Internal';
      const code = error instanceof NotifyError ? error.code : reason;
      const { repository, branch, state } = wishes.get(key)?.announcement ?? {};
      log.warn(
        { repository, branch, state, code, error: textOf(error), failures, waitMs },
        'notify: will try again',
      );
      return waitMs;
    },
  });
  let timer: NodeJS.Timeout | undefined;

  async function fulfil(key: string, newest: () => Wish | undefined): Promise<void> {
    let wish = newest();
    if (wish && expired(wish)) return drop(wish);
    if (wish && isNew(key, wish)) {
      const token = await tokenOf(wish);
      if (!(await pace.turn(wish.slack.channel))) return;
      wish = newest();
      if (wish && isNew(key, wish)) await say(key, wish, token);
    }
    if (wish) await note(key, wish);
  }

  const lastOf = (key: string, wish: Wish): Partial<Notice> | undefined => said.get(key) ?? wish.noted;
  const isNew = (key: string, wish: Wish) => lastOf(key, wish)?.hash !== contentHash(wish.announcement);

  async function say(key: string, wish: Wish, token: string): Promise<void> {
    const { announcement, slack } = wish;
    const { channel, ts } = lastOf(key, wish) ?? {};
    const previous: Posted | undefined = channel && ts ? { channel, ts } : undefined;
    const { state, repository, branch } = announcement;
    try {
      const uid = key.slice(key.indexOf('/') + 1);
      const posted = await channels.slack.say({ token, channel: slack.channel }, announcement, previous, uid);
      said.set(key, { ...posted, hash: contentHash(announcement), saved: false });
      log.info({ repository, branch, state, channel: posted.channel, ts: posted.ts }, 'notify: said');
    } catch (error) {
      if (error instanceof NotifyError && error.retryAfterSeconds)
        pace.hold(slack.channel, error.retryAfterSeconds);
      throw error;
    }
  }

  async function note(key: string, { source }: Wish): Promise<void> {
    if ('entry' in source) {
      await outbox.remove(source.entry);
      finished.set(key, true);
      said.delete(key);
      return;
    }
    const last = said.get(key);
    const stands = troubles.get(key) ?? toldTrouble(source.preview)?.message;
    if (!stands && (!last || last.saved)) return;
    const slack = noticeOf(key, source.preview);
    await options.saveNotice(source.preview, slack ? { notices: { slack } } : {});
    troubles.set(key, '');
    if (last) said.set(key, { ...last, saved: true });
  }

  /** Says in the preview's status why nobody hears of it. That this cannot be written either is worth a line, no more. */
  async function tellTrouble(key: string, error: unknown): Promise<void> {
    const source = wishes.get(key)?.source;
    if (!source || !('preview' in source)) return;
    const { preview } = source;
    const condition = notifiedCondition(preview, error, now());
    if (!condition || condition.message === (troubles.get(key) ?? toldTrouble(preview)?.message)) return;
    const slack = noticeOf(key, preview);
    try {
      await options.saveNotice(preview, { ...(slack && { notices: { slack } }), conditions: [condition] });
      troubles.set(key, condition.message);
    } catch (cause) {
      log.warn({ preview: preview.metadata.name, error: textOf(cause) }, 'notify: trouble not noted');
    }
  }

  /** Applied together with whatever else is: what an apply leaves out is taken away. */
  function noticeOf(key: string, preview: Preview): Notice | undefined {
    const { channel, ts, hash } = said.get(key) ?? preview.status?.notices?.slack ?? {};
    return channel && ts && hash ? { channel, ts, hash } : undefined;
  }

  async function tokenOf({ slack }: Wish): Promise<string> {
    const { namespace, secretName } = slack;
    const secret = await options.readSecret({ namespace, name: secretName, use: 'slack' });
    const token = secret?.['token']?.trim();
    if (token) return token;
    throw new NotifyError(
      'Unauthorized',
      `Secret ${namespace}/${secretName} does not exist or has no key "token": put the Slack bot token there`,
    );
  }

  const expired = ({ source }: Wish) =>
    'entry' in source && now().getTime() - Date.parse(source.entry.createdAt) > OUTBOX_HOURS * 3_600_000;

  async function drop({ announcement: { repository, branch }, source }: Wish): Promise<void> {
    log.warn({ repository, branch }, 'notify: gave up after a day: nobody was told that it was removed');
    if ('entry' in source) await outbox.remove(source.entry);
  }

  const notifier: Notifier = {
    consider(preview, repository) {
      const key = keyOf(preview);
      const slack = repository.spec.notify.slack;
      const announcement = announcementOf(preview);
      if (finished.get(key) || isOutbox(wishes.get(key))) return;
      if (!slack && toldTrouble(preview))
        options
          .saveNotice(preview, {})
          .catch((error: unknown) => log.warn({ error: textOf(error) }, 'notify: not noted'));
      // Nothing to be said any more: a message that could not be sent so far would be untrue by now.
      if (!slack || !announcement) return wishes.drop(key);
      wishes.put(key, {
        announcement,
        slack: target(repository, slack),
        noted: preview.status?.notices?.slack,
        source: { preview },
      });
    },
    considerOutbox(entry) {
      wishes.put(`${entry.namespace}/${entry.previewUid}`, {
        announcement: entry.announcement,
        slack: { namespace: entry.namespace, ...entry.slack },
        noted: entry.posted,
        source: { entry },
      });
    },
    forget(preview) {
      const key = keyOf(preview);
      if (!isOutbox(wishes.get(key))) wishes.drop(key);
    },
    start() {
      const sweep = () => outbox.list().forEach((entry) => notifier.considerOutbox(entry));
      sweep();
      timer ??= setInterval(sweep, 60_000).unref();
    },
    async stop() {
      clearInterval(timer);
      pace.stop();
      await wishes.stop();
    },
  };

  return notifier;
}

/** How long somebody who has put something right waits at most to see it. */
const WHILE_SOMEBODY_ACTS_MS = 30_000;

/**
 * Whom a wish is about. With the namespace: an outbox entry says itself which uid it is about, and must not speak for a preview of
 * another namespace.
 */
const keyOf = ({ metadata: { namespace, uid } }: Preview) => `${namespace}/${uid}`;

const isOutbox = (wish: Wish | undefined) => wish !== undefined && 'entry' in wish.source;

const target = (repository: DagRepository, slack: NonNullable<DagRepository['spec']['notify']['slack']>) => ({
  namespace: repository.metadata.namespace ?? '',
  secretName: slack.secretRef.name,
  channel: slack.channel,
});
