import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { access, type Account } from '../../../demo/git-server/access.ts';
import { httpBackend } from '../../../demo/git-server/http-backend.ts';
import { listen, type Listening } from '../../../demo/listen.ts';
import { git } from '../git.ts';

/** As a host is on a good day, gone, hanging, or of the opinion that nobody may see anything. */
export type GitMood = 'well' | 'down' | 'silent' | 'refusing';

/**
 * A real git repository behind smart HTTP. Its branches are moved in place, so that a test decides by itself who is told of it, and
 * when: nothing here sends webhooks.
 */
export class GitHost {
  mood: GitMood = 'well';
  /** Requests that reached it. */
  requests = 0;
  readonly #folder: string;
  readonly #listening: Listening;

  private constructor(folder: string, listening: Listening) {
    this.#folder = folder;
    this.#listening = listening;
  }

  /** With `accounts`, a private repository; it starts with `main` and nothing else. */
  static async start(folder: string, accounts?: readonly Account[]): Promise<GitHost> {
    const root = join(folder, 'served');
    await mkdir(root, { recursive: true });
    await git(root, 'init', '--quiet', '--bare', '--initial-branch=main', 'dags.git');
    let host: GitHost | undefined = undefined;
    const server = createServer((request, response) => {
      const { mood } = host!;
      host!.requests += 1;
      if (mood === 'down') return void response.destroy();
      if (mood === 'silent') return;
      const verdict = accounts ? access(request, accounts) : { ok: true as const, user: 'anybody' };
      if (mood === 'refusing' || !verdict.ok) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="DAGs"' }).end();
        return;
      }
      const asked = { projectRoot: root, user: verdict.user, hookEnvironment: {} };
      httpBackend(request, response, asked).catch(() => response.destroy());
    });
    host = new GitHost(join(root, 'dags.git'), await listen(server, '127.0.0.1', 0));
    await host.push('main');
    return host;
  }

  get url(): string {
    return `${this.#listening.url}/dags.git`;
  }

  /** A new commit on each branch, made first where it is not there; gives the heads in the same order. */
  async push(...branches: string[]): Promise<string[]> {
    const tree = await git(this.#folder, 'hash-object', '-w', '-t', 'tree', '/dev/null');
    const heads: string[] = [];
    for (const branch of branches) {
      const message = `${branch} ${performance.now()}`;
      const head = await git(this.#folder, 'commit-tree', tree, '-m', message);
      await git(this.#folder, 'update-ref', `refs/heads/${branch}`, head);
      heads.push(head);
    }
    return heads;
  }

  /** A branch at a commit that is there already, written as git itself does: quick enough for fifty in a second. */
  async point(branch: string, head: string): Promise<void> {
    const file = join(this.#folder, 'refs/heads', branch);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${head}\n`);
  }

  async remove(...branches: string[]): Promise<void> {
    for (const branch of branches) await git(this.#folder, 'update-ref', '-d', `refs/heads/${branch}`);
  }

  stop(): Promise<void> {
    return this.#listening.stop();
  }
}
