import { z } from 'zod';
import { monotonic } from '../../model/clock.ts';
import { Problem } from '../../model/problem.ts';
import { sameJson } from '../../model/same-json.ts';
import type { Place } from './place.ts';
import type { Reader, Answered } from './reader.ts';

const PER_PAGE = 100;
/** Branches that change faster than this many rounds are listed again later. */
const ROUNDS = 5;
/** A hundred thousand branches: more is an answer gone wrong. */
const MOST_PAGES = 1_000;
/** A host that takes its time over every page must not hold a reconciler for hours. */
const LONGEST_MS = 180_000;

export const SHA = z.string().regex(/^[0-9a-f]{40,64}$/);
const branches = z.array(z.object({ name: z.string().min(1).max(5_000), commit: z.object({ sha: SHA }) }));
export type Page = Answered<z.output<typeof branches>>;

/**
 * All pages of the branches. Pages are asked for one after the other, and a branch that goes meanwhile moves another one over the edge
 * of a page, where nobody sees it. So all pages are read again until a whole round shows nothing new: then they belong together. What
 * has not changed costs nothing of the quota, so an unchanged repository costs one round of 304s.
 */
export async function readPages(
  reader: Reader,
  { name }: Place,
  before: Page[],
  pinned: number | undefined,
): Promise<Page[]> {
  const until = monotonic() + LONGEST_MS;
  for (let round = 0; round < ROUNDS; round++) {
    const pages: Page[] = [];
    do {
      if (monotonic() > until)
        throw new Problem('GitUnreachable', `GitHub takes too long to list the branches of ${name}.`);
      const page = pages.length + 1;
      const parameters = { per_page: PER_PAGE, page };
      const known = before[page - 1];
      const read = await reader.read('GET /repos/{owner}/{repo}/branches', parameters, branches, {
        known,
        pinned,
      });
      if (!read) throw new Problem('GitRefused', `GitHub shows no branches of ${name}.`);
      pages.push(read);
    } while (goesOn(pages));
    if (pages.length === 1 || agree(pages, before)) return pages;
    before = pages;
  }
  throw new Problem(
    'GitUnreachable',
    `The branches of ${name} change faster than GitHub lists them; retrying soon.`,
  );
}

/** A full page may have a follower that came after the page's own last change. */
const goesOn = (pages: Page[]) =>
  (pages.at(-1)!.more || pages.at(-1)!.data.length >= PER_PAGE) && pages.length < MOST_PAGES;

function agree(pages: Page[], before: Page[]): boolean {
  const names = pages.flatMap(({ data }) => data.map((branch) => branch.name));
  return (
    pages.length === before.length &&
    new Set(names).size === names.length &&
    pages.every((page, at) => page === before[at] || sameJson(page.data, before[at]?.data))
  );
}
