import { z } from 'zod';
import { branchFault } from '../../model/branch-name.ts';
import { Problem, textOf } from '../../model/problem.ts';
import { readPages, SHA } from './listing.ts';
import type { Answer, CodeHost } from '../api.ts';
import type { Access } from './access.ts';
import type { Page } from './listing.ts';
import type { Place } from './place.ts';
import type { Reader, Answered } from './reader.ts';

const HEADS = 'refs/heads/';
/** A branch whose bytes are not UTF-8 cannot be named in Kubernetes; GitHub shows it with this mark. */
const NOT_UTF8 = '\uFFFD';

const repository = z.object({ id: z.int(), default_branch: z.string() });
const reference = z.object({ ref: z.string(), object: z.object({ sha: SHA }) });

/** GitHub will not hear of this ref: its address is too long, or git could not have it. That says nothing about the repository. */
const isAboutRef = (error: unknown) =>
  error instanceof Problem &&
  [414, 422].includes((error.cause as { status?: number } | undefined)?.status ?? 0);

/** What was seen last, so that what has not changed costs nothing. A cache: forgotten, it is asked for again. */
export interface Memory {
  repository: Answered<z.output<typeof repository>> | undefined;
  pages: Page[];
}

/** One repository of GitHub. `pinned` is the number it had at first: another repository under its name proves nothing. */
export function createCodeHost(
  place: Place,
  access: Access,
  reader: Reader,
  memory: Memory,
  pinned: number | undefined,
): CodeHost {
  const { name } = place;

  async function self() {
    const route = 'GET /repos/{owner}/{repo}';
    const seen = await reader.read(route, {}, repository, { known: memory.repository, pinned });
    if (!seen) {
      const see = access.kind === 'anonymous' ? 'without credentials' : 'to these credentials';
      throw new Problem(
        'GitRefused',
        `GitHub shows no repository ${name}${pinned === undefined ? '' : ` (ID ${pinned})`} ${see}. Correct spec.github, or give the credentials in spec.credentialsSecretRef read access.`,
      );
    }
    memory.repository = seen;
    if (pinned !== undefined && seen.data.id !== pinned) {
      throw new Problem(
        'RepositoryMoved',
        `${name} is a different repository now (ID ${seen.data.id}, not ${pinned}); nothing is created or removed. Correct spec.github; or, if the new repository is intended, delete and recreate this DagRepository.`,
      );
    }
    return seen.data;
  }

  /** Exactly this branch; GitHub answers 404 for one that only begins so. */
  async function head(branch: string): Promise<string | undefined> {
    const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
    const seen = await reader
      .read(route, { ref: `heads/${branch}` }, reference, { pinned })
      .catch((error: unknown) => {
        // Not the repository's trouble, and so no Problem.
        throw isAboutRef(error) ? new Error(textOf(error), { cause: error }) : error;
      });
    if (seen && seen.data.ref !== HEADS + branch)
      throw new Problem(
        'GitUnreachable',
        `GitHub answered with a different branch of ${name} than requested.`,
      );
    return seen?.data.object.sha;
  }

  return {
    identify: async () => String((await self()).id),

    async listBranches() {
      await self();
      memory.pages = await readPages(reader, place, memory.pages, pinned);
      const all = memory.pages.flatMap(({ data }) => data);
      if (all.length === 0)
        throw new Problem('GitRefused', `${name} lists no branches; an empty answer proves nothing.`);
      return new Map(
        all.flatMap((one) => (one.name.includes(NOT_UTF8) ? [] : [[one.name, one.commit.sha] as const])),
      );
    },

    /** GitHub says 404 for what a credential may not see: absent is a branch only beside a repository and a default branch that are seen. */
    async lookUp(branch): Promise<Answer> {
      if (branchFault(branch)) return { state: 'absent' };
      const found = await head(branch);
      if (found) return { state: 'exists', head: found };
      const { default_branch } = await self();
      if (branch !== default_branch && (await head(default_branch))) return { state: 'absent' };
      throw new Problem(
        'GitRefused',
        `GitHub does not show ${default_branch}, the default branch of ${name}; without it, a missing branch proves nothing. Check that the credentials can read contents.`,
      );
    },

    async cloneCredentials() {
      if (access.kind === 'anonymous') return undefined;
      if (access.kind === 'token') return { values: { token: access.token } };
      const minted = await reader.mint(pinned);
      if (!minted) return undefined;
      const { token, renewAt, expiresAt } = minted;
      return { values: { token }, minted: { renewAt, expiresAt } };
    },
  };
}
