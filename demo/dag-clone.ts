import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

export interface CloneOptions {
  /** An empty folder; the clone is `dags` in it. */
  readonly folder: string;
  readonly cloneUrl: string;
  readonly user: string;
  readonly token: string;
}

/** A commit as the branch's Airflow should show it: the source of every DAG, by DAG id (its file is called so). */
export interface Commit {
  readonly id: string;
  readonly sources: ReadonlyMap<string, string>;
}

const run = promisify(execFile);
const HERE = import.meta.dirname;

/** A working clone in which a person can go on: remote and credentials are set, git asks for nothing. */
export class DagClone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the repository's first commit, on `main`, and pushes it. */
  static async create({ folder, cloneUrl, user, token }: CloneOptions): Promise<DagClone> {
    const clone = new DagClone(join(folder, 'dags'));
    await mkdir(clone.folder, { recursive: true });
    await clone.git('init', '--quiet', '--initial-branch=main');
    const credentials = join(folder, 'git-credentials');
    await writeFile(
      credentials,
      `${cloneUrl.replace('//', `//${user}:${token}@`).replace(/(\/\/[^/]+).*/, '$1')}\n`,
    );
    await chmod(credentials, 0o600);
    const settings = {
      'user.name': 'Dana',
      'user.email': 'dana@example.com',
      // The person's own helpers and hooks stay out of it: an empty first value forgets those set elsewhere.
      'credential.helper': '',
      'http.proxy': '',
      'commit.gpgsign': 'false',
      'push.autoSetupRemote': 'true',
    };
    for (const [name, value] of Object.entries(settings)) await clone.git('config', name, value);
    await clone.git('config', '--add', 'credential.helper', `store --file='${credentials}'`);
    await clone.git('remote', 'add', 'origin', cloneUrl);
    await cp(join(HERE, 'dags'), join(clone.folder, 'dags'), { recursive: true });
    await clone.commit('Two DAGs');
    await clone.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    return clone;
  }

  /** A new branch off main whose greeting is its own; nothing is pushed yet. */
  async branch(name: string): Promise<Commit> {
    await this.git('switch', '--quiet', '--create', name, 'main');
    const hello = join(this.folder, 'dags', 'hello.py');
    const text = await readFile(hello, 'utf8');
    await writeFile(hello, text.replace('Hello from main', `Hello from ${name}`));
    return this.commit(`Greet from ${name}`);
  }

  /** A further commit on the branch that adds a DAG. */
  async addDag(branch: string): Promise<Commit> {
    await this.git('switch', '--quiet', branch);
    await cp(join(HERE, 'second-commit', 'farewell.py'), join(this.folder, 'dags', 'farewell.py'));
    return this.commit('Say farewell');
  }

  async push(branch: string): Promise<void> {
    await this.git('push', '--quiet', '--set-upstream', 'origin', branch);
  }

  async delete(branch: string): Promise<void> {
    await this.git('push', '--quiet', 'origin', '--delete', branch);
  }

  async commit(message: string): Promise<Commit> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', message);
    const id = (await this.git('rev-parse', 'HEAD')).trim();
    const files = (await this.git('ls-tree', '-r', '--name-only', id, 'dags/'))
      .split('\n')
      .filter((file) => file.endsWith('.py'));
    const sources = await Promise.all(
      files.map(async (file) => [basename(file, '.py'), await this.git('show', `${id}:${file}`)] as const),
    );
    return { id, sources: new Map(sources) };
  }

  async git(...args: string[]): Promise<string> {
    // Minimal: neither the person's configuration nor a GIT_DIR of a surrounding hook may reach it.
    const env = {
      PATH: process.env.PATH,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
    const { stdout } = await run('git', ['-C', this.folder, ...args], { env });
    return stdout;
  }
}
