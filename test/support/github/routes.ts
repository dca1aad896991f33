import { randomBytes } from 'node:crypto';
import { appOf } from './app-jwt.ts';
import type { App, Repository, State, Token } from './state.ts';

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface Asked {
  method: string;
  url: URL;
  /** The path below /api/v3, decoded segment by segment. */
  segments: string[];
  body: Record<string, unknown>;
  /** Who asks; undefined without credentials. */
  token: Token | undefined;
  jwt: string | undefined;
}

const say = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});
export const NOT_FOUND = say(404, 'Not Found');
export const BAD_CREDENTIALS = say(401, 'Bad credentials');

/** The part of GitHub's REST API that Offshoot uses, and what GitHub says beside it. */
export function answer(state: State, asked: Asked, base: string, now: number): Answer {
  const { method, segments } = asked;
  const [root, owner, name, ...rest] = segments;
  if (root === 'repositories' && segments.length === 2)
    return visible(state.byId(Number(owner)), asked, base, []);
  if (root === 'app' && owner === 'installations' && rest[0] === 'access_tokens' && method === 'POST')
    return mint(state, asked, Number(name), now);
  if (root !== 'repos' || method !== 'GET') return NOT_FOUND;
  const repository = state.find(`${owner}/${name}`);
  if (rest[0] === 'installation') return installation(state, asked, repository);
  if (repository) return visible(repository, asked, base, rest);
  const former = state.byId(state.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? 0);
  if (!former || !maySee(former, asked.token)) return NOT_FOUND;
  const url = [`${base}/repositories/${former.id}`, ...rest.map(encodeURIComponent)].join('/');
  const moved = { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' };
  return { status: 301, body: moved, headers: { location: url } };
}

const maySee = (repository: Repository, token: Token | undefined) =>
  !repository.isPrivate || token?.repositories.has(repository.id) === true;

function visible(repository: Repository | undefined, asked: Asked, base: string, rest: string[]): Answer {
  if (!repository || !maySee(repository, asked.token)) return NOT_FOUND;
  const { id, owner, name, isPrivate, defaultBranch: default_branch } = repository;
  const full_name = `${owner}/${name}`;
  if (rest.length === 0)
    return {
      status: 200,
      body: { id, name, full_name, private: isPrivate, owner: { login: owner }, default_branch },
    };
  if (asked.token && asked.token.permissions['contents'] === undefined)
    return say(403, 'Resource not accessible by integration');
  if (rest[0] === 'branches') return branches(repository, asked.url, `${base}/repositories/${id}/branches`);
  if (rest[0] === 'git' && rest[1] === 'ref') {
    if (repository.branches.size === 0) return say(409, 'Git Repository is empty.');
    // An encoded slash is a slash.
    const ref = rest.slice(2).join('/');
    const sha = ref.startsWith('heads/') ? repository.branches.get(ref.slice('heads/'.length)) : undefined;
    if (!sha) return NOT_FOUND;
    const object = { type: 'commit', sha, url: `${base}/repos/${full_name}/git/commits/${sha}` };
    return { status: 200, body: { ref: `refs/${ref}`, node_id: 'x', url: `${base}/git/${ref}`, object } };
  }
  return NOT_FOUND;
}

function branches(repository: Repository, url: URL, address: string): Answer {
  const perPage = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const all = [...repository.branches].sort(([one], [other]) => (one < other ? -1 : 1));
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const link = (to: number, rel: string) => `<${address}?per_page=${perPage}&page=${to}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  const body = all
    .slice((page - 1) * perPage, page * perPage)
    .map(([name, sha]) => ({ name, commit: { sha, url: `${address}/${sha}` }, protected: false }));
  return { status: 200, body, ...(links.length && { headers: { link: links.join(', ') } }) };
}

/** A JWT is made by the machine's clock, whatever the test's says. */
function appAsking(state: State, { jwt }: Asked): App | undefined {
  const publicKeyOf = (id: string) => state.apps.find((app) => app.id === id)?.publicKey;
  const id = jwt && appOf(jwt, publicKeyOf, Date.now());
  return state.apps.find((app) => app.id === id);
}

function installation(state: State, asked: Asked, repository: Repository | undefined): Answer {
  const app = appAsking(state, asked);
  if (!app) return say(401, 'A JSON web token could not be decoded');
  if (!repository || !app.installation?.repositories.has(repository.id)) return NOT_FOUND;
  return {
    status: 200,
    body: { id: app.installation.id, app_id: Number(app.id), repository_selection: 'selected' },
  };
}

function mint(state: State, asked: Asked, id: number, now: number): Answer {
  const app = appAsking(state, asked);
  if (!app) return say(401, 'A JSON web token could not be decoded');
  if (app.installation?.id !== id) return NOT_FOUND;
  const { repositories: installed, suspended } = app.installation;
  if (suspended) return say(403, 'This installation has been suspended');
  const { repository_ids: ids, repositories: names, permissions } = asked.body;
  const byName = ((names as string[] | undefined) ?? []).map(
    (name) => state.repositories.find((one) => one.name === name && installed.has(one.id))?.id ?? 0,
  );
  const wanted = [...((ids as number[] | undefined) ?? []), ...byName];
  const repositories = new Set(wanted.length ? wanted : installed);
  if (![...repositories].every((one) => installed.has(one)))
    return say(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  const expiresAt = Math.floor((now + state.tokenLifeMs) / 1_000) * 1_000;
  const granted = { metadata: 'read', ...((permissions as object | undefined) ?? { contents: 'write' }) };
  state.tokens.set(token, {
    repositories,
    expiresAt,
    who: `installation ${id}`,
    permissions: granted,
    installation: id,
  });
  const expires_at = new Date(expiresAt).toISOString().replace('.000', '');
  return { status: 201, body: { token, expires_at, permissions: granted, repository_selection: 'selected' } };
}
