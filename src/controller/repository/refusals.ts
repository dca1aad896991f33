import { codeOf, Problem } from '../../model/problem.ts';
import { isRefusal, wordsOf } from '../../model/refusal.ts';

/** Something about one branch that was refused, or went wrong: it alone is tried again, later each time. */
export interface Refusal {
  branch: string;
  /** Whoever refused it, in his own words. */
  words: string;
  /** How often in a row; 0: something is in the way, and nothing was tried. */
  tries: number;
  /** When it was tried last, by the monotonic clock. */
  triedAt: number;
  longestMs: number;
}

const FIRST_MS = 1_000;
/** Somebody has to change something. */
const WHILE_REFUSED_MS = 300_000;
/** What merely went wrong is over by itself. */
const WHILE_FAILING_MS = 60_000;
/** So many tries in a row come to a wait of eight seconds. */
const SOON = 4;

/** One branch's trouble; everything else is the code host's or the Kubernetes API's, and concerns all. */
export const isOwnTrouble = (error: unknown) =>
  !(error instanceof Problem) &&
  (isRefusal(error) ||
    ['Internal', 'WebhookFailed'].includes(codeOf(error) ?? '') ||
    (error as Error | undefined)?.name !== 'ClusterError');

/** What concerns all: the code host's word first, for it becomes a condition. */
export const worst = (failures: readonly unknown[]) =>
  failures.find((one) => one instanceof Problem) ?? failures[0];

export const refused = (
  branch: string,
  error: unknown,
  before: Refusal | undefined,
  triedAt: number,
): Refusal => ({
  branch,
  words: wordsOf(error),
  tries: (before?.tries ?? 0) + 1,
  triedAt,
  longestMs: isRefusal(error) ? WHILE_REFUSED_MS : WHILE_FAILING_MS,
});

/** It is seen at every run whether that still is so; nothing is tried before it is not. */
export const inTheWay = (branch: string, words: string, triedAt: number): Refusal => ({
  branch,
  words,
  tries: 0,
  triedAt,
  longestMs: Infinity,
});

export const triedAgainAt = ({ tries, triedAt, longestMs }: Refusal) =>
  triedAt + (tries === 0 ? longestMs : Math.min(longestMs, FIRST_MS * 2 ** (tries - 1)));

/** When the first of them is; there may be as many as the repository has branches. */
export function firstTriedAgainAt(refusals: Iterable<Refusal>): number {
  let first = Infinity;
  for (const one of refusals) first = Math.min(first, triedAgainAt(one));
  return first;
}

/** Somebody asks, or something has changed that may help: none waits longer than a few seconds from its last try. */
export function hasten(refusals: Iterable<Refusal>): void {
  for (const one of refusals) one.tries = Math.min(one.tries, SOON);
}
