import { z } from 'zod';
import { NotifyError } from '../../src/notify/notify-error.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { Announcement, Channel } from '../../src/notify/api.ts';

const target = z.object({ list: z.string() });
const place = z.object({ line: z.int() });
type Target = z.output<typeof target>;
type Place = z.output<typeof place>;

/** The gap that the list wants between two lines. */
export const EVERY_MS = 300;

/**
 * The smallest second channel, with no Secret and a place of its own kind: it writes into a list in memory, a line per preview. The proof
 * that nothing outside of a channel's folder knows what a channel is.
 */
export function createListChannel() {
  const lines: { key: string; versions: Announcement[] }[] = [];
  const calls: { at: Place | undefined; namespace: string }[] = [];
  let trouble: Error | undefined;
  const channel: Channel<Target, Place> = {
    name: 'list',
    title: 'The list',
    to: target,
    place,
    target: ({ spec }) => (spec.notify as { list?: Target }).list,
    shown: (what) => what,
    pace: ({ list }) => ({ key: list, everyMs: EVERY_MS }),
    open: async (_to, namespace) => ({
      async tell(what, at, key) {
        calls.push({ at, namespace });
        if (trouble) throw trouble;
        const found = at?.line ?? lines.findIndex((one) => one.key === key);
        const line = found < 0 ? lines.push({ key, versions: [] }) - 1 : found;
        lines[line]?.versions.push(what);
        return { line };
      },
    }),
    conditionOf: (error) =>
      error instanceof NotifyError && error.code === 'Refused'
        ? { reason: 'Refused', message: `The list: ${error.message}` }
        : undefined,
    probe: async ({ list }) => ({ level: 'well', what: `list ${list} is there` }),
  };
  return {
    channel,
    lines,
    calls,
    /** Of each line, what it says at last. */
    states: () => lines.map(({ versions }) => `${versions.at(-1)?.state} ${versions.at(-1)?.branch}`),
    fail: (error: Error | undefined) => void (trouble = error),
  };
}

/** The same DagRepository, which tells the list as well. */
export const withList = (repository: DagRepository, list = 'dags'): DagRepository => ({
  ...repository,
  spec: { ...repository.spec, notify: { ...repository.spec.notify, list: { list } } as object },
});
