import type { IncomingMessage } from 'node:http';

/** Who may do what: a private repository, as on any code host. */
export interface Account {
  readonly user: string;
  readonly token: string;
  readonly may: 'read' | 'write';
}

export type Verdict =
  { readonly ok: true; readonly user: string } | { readonly ok: false; readonly status: 401 | 403 };

/** Checks the Basic credentials of a git request against the accounts; pushing needs `write`. */
export function access(request: IncomingMessage, accounts: readonly Account[]): Verdict {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return { ok: false, status: 401 };
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const account = accounts.find(({ user, token }) => given === `${user}:${token}`);
  if (account === undefined) return { ok: false, status: 401 };
  const pushes = (request.url ?? '').includes('git-receive-pack');
  if (pushes && account.may !== 'write') return { ok: false, status: 403 };
  return { ok: true, user: account.user };
}
