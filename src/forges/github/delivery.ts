import { z } from 'zod';
import { branchFault } from '../../model/branch-name.ts';
import { LONGEST_BRANCH } from '../../model/names.ts';
import { jsonOf } from './payload.ts';
import { hasTooManyValues, MOST_VALUES } from './size.ts';
import { githubSignature } from './signature.ts';
import type { Delivery, NamedRepository, Webhooks } from '../api.ts';
import type { GithubSpec } from './spec.ts';

const person = z.object({ login: z.string().max(250) }).optional();
const ref = z.string().min(1).max(4096);
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const url = z.string().max(2048).optional().catch(undefined);
const named = z.object({
  id: z.int().positive(),
  full_name: z.string().min(1).max(300),
  clone_url: url,
  ssh_url: url,
});
/** What is missing or strange in it must not hide the branch: the route of one repository needs no name. */
const repository = named.optional().catch(undefined);
const refEvent = z.object({ ref, ref_type: z.string(), sender: person, repository });
const pushEvent = z.object({
  ref,
  after: sha,
  deleted: z.boolean().default(false),
  pusher: z
    .object({ name: z.string().max(250) })
    .partial()
    .optional(),
  sender: person,
  repository,
});
const many = z.array(named).max(10_000).default([]);
/** `repository`, `installation` and `installation_repositories` name what they are about in different places. */
const aboutRepositories = z.object({
  action: z.string().max(100),
  repository,
  repositories: many,
  repositories_added: many,
  repositories_removed: many,
});

const HEADS = 'refs/heads/';
/** What git writes where there is no commit. Not every host says `deleted` as well. */
const NO_COMMIT = /^0+$/;

/** GitHub's webhooks: `webhooks/events.md` is the table of what each is for. */
export const githubDeliveries: Webhooks<GithubSpec> = {
  proof: githubSignature,
  about: (headers) => ({
    event: short(headers['x-github-event']) || 'none',
    id: short(headers['x-github-delivery']),
  }),
  read(event, body) {
    const json = jsonOf(body);
    if (!json) return UNREADABLE;
    if (hasTooManyValues(json))
      return ignored(`the body has more than ${MOST_VALUES} values, more than any real delivery`);
    let payload: unknown;
    try {
      payload = JSON.parse(json.toString('utf8'));
    } catch {
      return UNREADABLE;
    }
    const readPayload = Object.hasOwn(readers, event) ? readers[event] : undefined;
    return readPayload?.(payload) ?? ignored(`event ${event} is not used`);
  },
  /** By its number, once that is pinned; before, by its name. */
  concerns({ owner, name }, pinned, named) {
    if (pinned !== undefined) return named.id === pinned;
    return named.name.toLowerCase() === `${owner}/${name}`.toLowerCase();
  },
};

const readers: Record<string, (payload: unknown) => Delivery> = {
  ping: () => ({ kind: 'ping' }),
  push: readPush,
  create: (payload) => readRef('create', payload),
  delete: (payload) => readRef('delete', payload),
  repository: (payload) => readRepositories('repository', payload),
  installation: (payload) => readRepositories('installation', payload),
  installation_repositories: (payload) => readRepositories('installation_repositories', payload),
};

/** The events whose deliveries say something to us; `webhooks/github-app.json` subscribes to those that an App has to ask for. */
export const githubEvents: readonly string[] = Object.keys(readers);

const short = (header: string | string[] | undefined) =>
  typeof header === 'string' ? header.slice(0, 200) : '';

const ignored = (why: string): Delivery => ({ kind: 'ignored', why });

const UNREADABLE: Delivery = {
  kind: 'unreadable',
  why: 'The body is neither JSON nor a form with JSON in its field payload. Set the content type of the webhook to application/json.',
};

function readPush(payload: unknown): Delivery {
  const push = pushEvent.safeParse(payload);
  if (!push.success) return ignored(`not a push payload: ${firstIssue(push.error)}`);
  const { ref, after, deleted, pusher, sender, repository } = push.data;
  if (!ref.startsWith(HEADS)) return ignored(`${ref} is not a branch`);
  const who = pusher?.name ?? sender?.login;
  const gone = deleted || NO_COMMIT.test(after);
  return branchHint(ref.slice(HEADS.length), gone ? 'absent' : after, who, repository);
}

function readRef(event: 'create' | 'delete', payload: unknown): Delivery {
  const parsed = refEvent.safeParse(payload);
  if (!parsed.success) return ignored(`not a ${event} payload: ${firstIssue(parsed.error)}`);
  const { ref, ref_type, sender, repository } = parsed.data;
  if (ref_type !== 'branch') return ignored(`${ref} is a ${ref_type}`);
  return branchHint(
    ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref,
    event === 'delete' ? 'absent' : undefined,
    sender?.login,
    repository,
  );
}

function readRepositories(event: string, payload: unknown): Delivery {
  const parsed = aboutRepositories.safeParse(payload);
  if (!parsed.success) return ignored(`not a payload of ${event}: ${firstIssue(parsed.error)}`);
  const { action, repository, repositories, repositories_added, repositories_removed } = parsed.data;
  const all = [
    ...(repository ? [repository] : []),
    ...repositories,
    ...repositories_added,
    ...repositories_removed,
  ];
  const what = `${event} ${action}`;
  if (all.length === 0) return ignored(`${what} names no repository; the next listing will find out`);
  return { kind: 'repositories', what, repositories: all.map(nameOf) };
}

const nameOf = ({ id, full_name, clone_url, ssh_url }: z.output<typeof named>): NamedRepository => ({
  id: String(id),
  name: full_name,
  urls: [clone_url, ssh_url].filter((one) => one !== undefined),
});

function branchHint(
  branch: string,
  expectedHead: string | undefined,
  pusher: string | undefined,
  repository: z.output<typeof named> | undefined,
): Delivery {
  if (!branch) return ignored('the ref has no name');
  const fault = branchFault(branch);
  if (fault) return ignored(fault);
  if (branch.length > LONGEST_BRANCH)
    return ignored(`the branch's name is longer than ${LONGEST_BRANCH} characters`);
  return { kind: 'branch', branch, expectedHead, pusher, repository: repository && nameOf(repository) };
}

const firstIssue = (error: z.ZodError) =>
  `${error.issues[0]?.path.join('.') ?? ''} ${error.issues[0]?.message ?? ''}`.trim();
