import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listen, type Listening } from '../listen.ts';
import { access, type Account } from './access.ts';
import { deliver, type Delivery, type WebhookTarget } from './deliver.ts';
import { httpBackend } from './http-backend.ts';
import { webhooksFor, type Origin } from './payloads.ts';
import { hookEnvironment, installPostReceive, takeRefUpdates, type RefUpdate } from './post-receive.ts';
import { pushedCommits } from './pushed-commits.ts';

export interface GitServerOptions {
  /** An empty folder: the bare repository is made in it. */
  readonly folder: string;
  /** What it listens on. */
  readonly host: string;
  /** Where others reach it, if that is something else. */
  readonly publicHost?: string;
  readonly port?: number;
  readonly repository: { readonly owner: string; readonly name: string; readonly id: number };
  readonly accounts: readonly Account[];
  readonly onDelivery?: (delivery: Delivery) => void;
  readonly onError?: (error: unknown) => void;
}

export interface GitServer {
  /** Without credentials; a request without them is answered 401. */
  readonly cloneUrl: string;
  /** Pushes are told to this receiver from now on. */
  readonly addWebhook: (target: WebhookTarget) => void;
  /** The bare repository's folder, for who reaches it without this server. */
  readonly repository: string;
  /** Tells the receivers that a ref has moved; pushes through this server are told by themselves. */
  readonly announce: (update: RefUpdate, pusher: string) => Promise<void>;
  /** From now on this account has another token, and the old one is refused. */
  readonly renewToken: (user: string, token: string) => void;
  readonly stop: () => Promise<void>;
  /** Answers at the same address again. */
  readonly start: () => Promise<void>;
}

const run = promisify(execFile);

/** A code host in small: a private repository behind smart HTTP whose pushes are told by signed webhooks. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const directory = `${options.repository.name}.git`;
  const repository = join(options.folder, directory);
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  await run('git', ['--git-dir', repository, 'config', 'http.receivepack', 'true']);
  await installPostReceive(repository);

  const targets: WebhookTarget[] = [];
  let { accounts } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const verdict = access(request, accounts);
    if (!verdict.ok) return refuse(response, verdict.status);
    const report = join(options.folder, `${randomUUID()}.updates`);
    const asked = {
      projectRoot: options.folder,
      user: verdict.user,
      hookEnvironment: hookEnvironment(report),
    };
    await httpBackend(request, response, asked).finally(async () => {
      const updates = await takeRefUpdates(report);
      // As on a code host: the person who pushed does not wait for the receivers.
      announce(updates, verdict.user).catch((error: unknown) => options.onError?.(error));
    });
  };

  const announce = async (updates: readonly RefUpdate[], pusher: string): Promise<void> => {
    const { owner, name, id } = options.repository;
    const origin: Origin = { owner, name, repositoryId: id, cloneUrl: cloneUrl(), pusher };
    for (const update of targets.length === 0 ? [] : updates) {
      const webhooks = webhooksFor(update, await pushedCommits(repository, update), origin);
      // Separate deliveries that may overtake each other, as GitHub's do.
      const sent = targets.flatMap((target) => webhooks.map((webhook) => deliver(webhook, target)));
      await Promise.all(sent.map(async (delivery) => options.onDelivery?.(await delivery)));
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy();
      options.onError?.(error);
    });
  });
  let listening: Listening = await listen(server, options.host, options.port ?? 0);
  const cloneUrl = (): string =>
    `http://${options.publicHost ?? options.host}:${listening.port}/${directory}`;
  return {
    cloneUrl: cloneUrl(),
    addWebhook: (target) => void targets.push(target),
    repository,
    announce: (update, pusher) => announce([update], pusher),
    renewToken: (user, token) => {
      accounts = accounts.map((account) => (account.user === user ? { ...account, token } : account));
    },
    stop: () => listening.stop(),
    start: async () => {
      listening = await listen(server, options.host, listening.port);
    },
  };
}

function refuse(response: ServerResponse, status: 401 | 403): void {
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="DAGs"');
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(status === 401 ? 'This repository is private.\n' : 'This account has read access only.\n');
}
