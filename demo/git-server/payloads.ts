import type { PushedCommit } from './pushed-commits.ts';
import { ABSENT, type RefUpdate } from './post-receive.ts';

/** A webhook as a code host sends it, before it is signed. */
export interface Webhook {
  readonly event: 'create' | 'push' | 'delete';
  readonly ref: string;
  readonly payload: object;
}

export interface Origin {
  readonly owner: string;
  readonly name: string;
  readonly repositoryId: number;
  readonly cloneUrl: string;
  readonly pusher: string;
}

/** What GitHub sends for one moved ref: `create` or `delete` where it appeared or went, and always `push`. */
export function webhooksFor(
  update: RefUpdate,
  commits: readonly PushedCommit[],
  origin: Origin,
): readonly Webhook[] {
  const [, kind = '', name = ''] = /^refs\/(heads|tags)\/(.*)$/s.exec(update.ref) ?? [];
  if (kind === '') return [];
  const ref_type = kind === 'heads' ? 'branch' : 'tag';
  const common = { repository: repository(origin), sender: account(origin.pusher, 'User') };
  const push: Webhook = {
    event: 'push',
    ref: update.ref,
    payload: { ...pushed(update, commits, origin), ...common },
  };
  if (update.before === ABSENT) {
    const create = {
      ref: name,
      ref_type,
      master_branch: 'main',
      description: null,
      pusher_type: 'user',
      ...common,
    };
    return [{ event: 'create', ref: name, payload: create }, push];
  }
  if (update.after === ABSENT) {
    return [
      { event: 'delete', ref: name, payload: { ref: name, ref_type, pusher_type: 'user', ...common } },
      push,
    ];
  }
  return [push];
}

function pushed(update: RefUpdate, commits: readonly PushedCommit[], { cloneUrl, pusher }: Origin): object {
  const shown = commits.map((commit) => ({
    ...commit,
    distinct: true,
    url: `${cloneUrl}/commit/${commit.id}`,
    author: { ...commit.author, username: pusher },
    committer: { ...commit.author, username: pusher },
  }));
  return {
    ...update,
    created: update.before === ABSENT,
    deleted: update.after === ABSENT,
    forced: false,
    base_ref: null,
    compare: `${cloneUrl}/compare/${update.before.slice(0, 12)}...${update.after.slice(0, 12)}`,
    commits: shown,
    head_commit: shown.at(-1) ?? null,
    pusher: { name: pusher, email: `${pusher}@example.com` },
  };
}

function repository({ owner, name, repositoryId, cloneUrl }: Origin): object {
  return {
    id: repositoryId,
    name,
    full_name: `${owner}/${name}`,
    private: true,
    owner: account(owner, 'Organization'),
    html_url: cloneUrl.replace(/\.git$/, ''),
    clone_url: cloneUrl,
    description: null,
    fork: false,
    default_branch: 'main',
  };
}

function account(login: string, type: 'User' | 'Organization'): object {
  const id = [...login].reduce((sum, letter) => sum * 31 + letter.codePointAt(0)!, 7) % 1_000_003;
  return { login, id, type, site_admin: false };
}
