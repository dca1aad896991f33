import { aboutPreview } from '../../model/preview.ts';
import { textOf } from '../../model/problem.ts';
import type { Exec } from '../../cluster/api.ts';
import type { Preview } from '../../model/preview.ts';
import type { Wake } from '../../plan/api.ts';

interface Deps {
  exec: Exec;
  /** Milliseconds, of a clock that only goes forward. */
  monotonic(): number;
  log: { warn(fields: object, message: string): void };
}

/**
 * How long after the attempt before. A signal may get lost, and what the git host serves may lag behind what it reports. Together longer
 * than git-sync's period: by then it has looked without being woken, and goes on doing so.
 */
const WAITS_MS = [0, 3_000, 6_000, 12_000, 24_000];

/** The attempts to bring one head to one git-sync. */
interface Attempts {
  head: string;
  /** Which run of which container. */
  run: string | undefined;
  /** Until the first checkout nobody has pushed anything that git-sync would not see when it starts. */
  first: boolean;
  count: number;
  at: number;
}

/**
 * Brings a head to its preview at once, not when git-sync looks next: until git-sync reports that it has it, it is woken again, each time
 * later than the last. Never waits; returns in how many ms to be called again.
 */
export function createGitSyncWaker({ exec, monotonic, log }: Deps) {
  const attempts = new Map<string, Attempts>();

  return (preview: Preview, wake: Wake | undefined): number | undefined => {
    const { uid = '' } = preview.metadata;
    if (!wake) return void attempts.delete(uid);
    const { checkout } = wake;
    const last = newer(attempts.get(uid), wake, monotonic());
    attempts.set(uid, last);
    if (last.first && checkout?.ready) return undefined;
    const wait = WAITS_MS[last.count];
    if (!checkout || wait === undefined) return undefined;
    const left = last.at + wait - monotonic();
    if (left > 0) return left;
    last.count++;
    last.at = monotonic();
    exec(checkout.container, checkout.lookNow).catch((error: unknown) =>
      log.warn(
        { ...aboutPreview(preview), why: textOf(error) },
        'could not wake git-sync, retrying; git-sync also polls periodically',
      ),
    );
    return WAITS_MS[last.count];
  };
}

function newer(before: Attempts | undefined, { head, pushed, checkout }: Wake, at: number): Attempts {
  const run = checkout?.run;
  if (before ? before.head !== head : pushed) return { head, run, first: false, count: 0, at };
  if (before && before.run === run) return before;
  // It fetches what there is when it starts; should that fail, it need not wait for its next look.
  return { head, run, first: before?.first ?? true, count: 1, at };
}
