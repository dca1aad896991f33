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
  mintedAt: number;
  /** Half of its life. */
  renewAt: number;
  expiresAt: number;
}

const installation = z.object({ id: z.int() });
const minted = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) });

/** Mints tokens as a GitHub App. One token serves everybody who asks for this repository, up to half of its life. */
export function createMinter(access: Extract<Access, { kind: 'app' }>, place: Place, clock: Clock) {
  const { now } = clock;
  const { appId, privateKey } = access;
  const about = `${place.name}, as App ${appId}`;
  const send = createRequest({
    apiUrl: place.apiUrl,
    id: `app ${place.id}`,
    about,
    auth: { authStrategy: createAppAuth, auth: { appId, privateKey } },
    ...clock,
  });
  let kept: { by: number | undefined; minted: Promise<Minted>; renewAt?: number } | undefined;

  async function mint(repositoryId: number | undefined): Promise<Minted> {
    const found = await send('GET /repos/{owner}/{repo}/installation', place.parameters);
    const { success, data } = installation.safeParse(found.data);
    if (found.status !== 200 || !success) {
      throw new Problem(
        'GitRefused',
        `GitHub App ${appId} is not installed for ${place.name}, or there is no such repository. Install it there, or correct spec.github.`,
      );
    }
    const mintedAt = now();
    const reply = await send('POST /app/installations/{installation_id}/access_tokens', {
      installation_id: data.id,
      // The number is stronger than the name: whoever takes over a name gets no token.
      ...(repositoryId ? { repository_ids: [repositoryId] } : { repositories: [place.parameters.repo] }),
      permissions: { contents: 'read', metadata: 'read' },
    });
    const read = minted.safeParse(reply.data);
    if (!read.success) throw new Problem('GitRefused', `GitHub gives no token for ${about}.`);
    const expiresAt = Date.parse(read.data.expires_at);
    return { token: read.data.token, mintedAt, expiresAt, renewAt: mintedAt + (expiresAt - mintedAt) / 2 };
  }

  return {
    current(repositoryId: number | undefined): Promise<Minted> {
      // Undefined while it is being minted: whoever asks meanwhile waits for the same one.
      if (kept?.by === repositoryId && kept && now() < (kept.renewAt ?? Infinity)) return kept.minted;
      const fresh: typeof kept = { by: repositoryId, minted: mint(repositoryId) };
      kept = fresh;
      fresh.minted.then(
        ({ renewAt }) => (fresh.renewAt = renewAt),
        () => kept === fresh && (kept = undefined),
      );
      return fresh.minted;
    },
    /** The token was refused. A very young one may not have reached every server of GitHub's: wait a little; any other is forgotten. */
    async refused(token: Minted): Promise<'again' | 'forgotten'> {
      if (now() - token.mintedAt < 5_000) {
        await wait(1_000);
        return 'again';
      }
      kept = undefined;
      return 'forgotten';
    },
  };
}

export type Minter = ReturnType<typeof createMinter>;
