import { setTimeout as wait } from 'node:timers/promises';
import { createAppAuth } from '@octokit/auth-app';
import { z } from 'zod';
import { Problem } from '../../model/problem.ts';
import { createRequest } from './request.ts';
import type { Access } from './access.ts';
import type { Clock, Place } from './place.ts';

/** A token for one repository that can only read. GitHub gives it an hour. */
export interface Minted {
  token: string;
  /** By the monotonic clock: when it was minted, and when half of its life is over. */
  mintedAt: number;
  usedUntil: number;
  /** By the wall clock. */
  renewAt: number;
  expiresAt: number;
}

const installation = z.object({ id: z.int() });
/** Whatever an answer says, half a life is neither nothing nor for ever. */
const HALF_LIFE_MS = { least: 1_000, most: 1_800_000 };
const minted = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) });

/** Mints tokens as a GitHub App. One token serves everybody who asks for this repository, up to half of its life. */
export function createMinter(access: Extract<Access, { kind: 'app' }>, place: Place, clock: Clock) {
  const { now, monotonic } = clock;
  const { appId, privateKey } = access;
  const about = `${place.name}, as App ${appId}`;
  const send = createRequest({
    apiUrl: place.apiUrl,
    id: `app ${place.id}`,
    about,
    auth: { authStrategy: createAppAuth, auth: { appId, privateKey } },
    ...clock,
  });
  let kept: { by: number | undefined; minted: Promise<Minted>; usedUntil?: number } | undefined;

  async function mint(repositoryId: number | undefined): Promise<Minted> {
    const found = await send('GET /repos/{owner}/{repo}/installation', place.parameters);
    const { success, data } = installation.safeParse(found.data);
    if (found.status !== 200 || !success) {
      throw new Problem(
        'GitRefused',
        `GitHub App ${appId} is not installed for ${place.name}, or the repository does not exist. Install the App there, or correct spec.github.`,
      );
    }
    const [mintedAt, wall] = [monotonic(), now()];
    const reply = await send('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: data.id,
      // The number is stronger than the name: whoever takes over a name gets no token.
      ...(repositoryId ? { repository_ids: [repositoryId] } : { repositories: [place.parameters.repo] }),
      permissions: { contents: 'read', metadata: 'read' },
    });
    const read = minted.safeParse(reply.data);
    if (!read.success) throw new Problem('GitRefused', `GitHub issued no token for ${about}.`);
    const expiresAt = Date.parse(read.data.expires_at);
    // By GitHub's own clock, if the answer shows it: ours may be wrong.
    const there = Date.parse(String(reply.headers['date'])) || wall;
    const halfLife = Math.min(HALF_LIFE_MS.most, Math.max(HALF_LIFE_MS.least, (expiresAt - there) / 2));
    return {
      token: read.data.token,
      mintedAt,
      usedUntil: mintedAt + halfLife,
      expiresAt,
      renewAt: wall + halfLife,
    };
  }

  return {
    current(repositoryId: number | undefined): Promise<Minted> {
      // Undefined while it is being minted: whoever asks meanwhile waits for the same one.
      if (kept?.by === repositoryId && kept && monotonic() < (kept.usedUntil ?? Infinity)) return kept.minted;
      const fresh: typeof kept = { by: repositoryId, minted: mint(repositoryId) };
      kept = fresh;
      fresh.minted.then(
        ({ usedUntil }) => (fresh.usedUntil = usedUntil),
        () => kept === fresh && (kept = undefined),
      );
      return fresh.minted;
    },
    /** The token was refused. A very young one may not have reached every server of GitHub's: wait a little; any other is forgotten. */
    async refused(token: Minted): Promise<'again' | 'forgotten'> {
      if (monotonic() - token.mintedAt < 5_000) {
        await wait(1_000);
        return 'again';
      }
      kept = undefined;
      return 'forgotten';
    },
  };
}

export type Minter = ReturnType<typeof createMinter>;
