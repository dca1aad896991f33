import { z } from 'zod';
import { Problem } from '../../model/problem.ts';
import { createMinter } from './minter.ts';
import { createRequest } from './request.ts';
import type { Access } from './access.ts';
import type { Minted } from './minter.ts';
import type { Clock, Place } from './place.ts';
import type { Reply } from './request.ts';

/** An answer with what it takes to ask whether it has changed, which costs nothing of the quota if it has not. */
export interface Answered<T> {
  data: T;
  etag: string | undefined;
  /** GitHub names a further page. */
  more: boolean;
}

const moved = z.object({ full_name: z.string().max(300) });
const REDIRECTS = new Set([301, 302, 307, 308]);

/** Reads of one repository, with whatever credentials there are. */
export function createReader(place: Place, access: Access, clock: Clock) {
  const { apiUrl, id, name, parameters: own } = place;
  const minter = access.kind === 'app' ? createMinter(access, place, clock) : undefined;
  const about = { anonymous: `${name}, without credentials`, token: name, app: name }[access.kind];
  const send = createRequest({ apiUrl, id, about, ...clock });

  async function ask(
    route: string,
    parameters: Record<string, unknown>,
    pinned: number | undefined,
    isMoved: (reply: Reply) => Promise<unknown> = async (reply) => explainMove(reply, pinned),
  ): Promise<Reply> {
    for (;;) {
      const token = minter ? await minter.current(pinned) : undefined;
      const secret = token?.token ?? (access.kind === 'token' ? access.token : undefined);
      const headers = {
        ...(secret && { authorization: `token ${secret}` }),
        ...(parameters['headers'] as object),
      };
      try {
        const reply = await send(route, { ...parameters, headers });
        if (REDIRECTS.has(reply.status)) throw await isMoved(reply);
        return reply;
      } catch (error) {
        if (!token || !isUnauthorised(error) || (await minter?.refused(token)) !== 'again') throw error;
      }
    }
  }

  const isUnauthorised = (error: unknown) =>
    error instanceof Problem && (error.cause as { status?: number } | undefined)?.status === 401;

  /** A redirect is never followed: it proves nothing about the repository that was asked for. Where it leads is worth saying. */
  async function explainMove({ headers }: Reply, pinned: number | undefined): Promise<Problem> {
    const location = String(headers['location'] ?? '');
    const id = /\/repositories\/(\d+)/.exec(location)?.[1];
    const there = id && location.startsWith(`${apiUrl}/repositories/`);
    // Once: what leads on from there is not followed either.
    const found = there
      ? await ask(`GET /repositories/${id}`, {}, pinned, async () => new Error('it leads on')).catch(
          () => undefined,
        )
      : undefined;
    const known = moved.safeParse(found?.data);
    const where = known.success ? ` Its name is now ${known.data.full_name}.` : '';
    return new Problem(
      'RepositoryMoved',
      `${name} was renamed or transferred.${where} Correct spec.github; until then, nothing is created or removed.`,
    );
  }

  return {
    /** `known` itself, if nothing has changed since; undefined for 404. */
    async read<T>(
      route: string,
      parameters: Record<string, unknown>,
      schema: z.ZodType<T>,
      { known, pinned }: { known?: Answered<T> | undefined; pinned: number | undefined },
    ): Promise<Answered<T> | undefined> {
      const headers = known?.etag ? { 'if-none-match': known.etag } : {};
      const reply = await ask(route, { ...own, ...parameters, headers }, pinned);
      if (reply.status === 304 && known) return known;
      if (reply.status === 404) return undefined;
      const read = schema.safeParse(reply.data);
      if (reply.status !== 200 || !read.success) {
        throw new Problem(
          'GitUnreachable',
          `GitHub's answer about ${name} is unreadable (status ${reply.status}); it may have been cut off.`,
        );
      }
      const { etag, link } = reply.headers;
      return {
        data: read.data,
        etag: typeof etag === 'string' ? etag : undefined,
        more: /;\s*rel="?next"?/.test(String(link ?? '')),
      };
    },
    /** A token that git-sync may have; undefined unless we are an App. */
    mint: async (pinned: number | undefined): Promise<Minted | undefined> => minter?.current(pinned),
  };
}

export type Reader = ReturnType<typeof createReader>;
