import { randomBytes, type KeyObject } from 'node:crypto';
import { appKeys } from './app-jwt.ts';

/** What GitHub knows of a repository. */
export interface Repository {
  readonly id: number;
  owner: string;
  name: string;
  isPrivate: boolean;
  defaultBranch: string;
  /** Heads by branch. */
  readonly branches: Map<string, string>;
}

export interface App {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: string;
  /** Ids of the repositories it is installed for; undefined: not installed. A new installation has a new number. */
  installation: { id: number; repositories: Set<number>; suspended: boolean } | undefined;
}

export interface Token {
  readonly repositories: ReadonlySet<number>;
  readonly expiresAt: number;
  /** Whose quota it uses. */
  readonly who: string;
  readonly permissions: Record<string, string>;
  readonly installation?: number;
}

/** The world as GitHub sees it. */
export class State {
  readonly repositories: Repository[] = [];
  readonly apps: App[] = [];
  readonly tokens = new Map<string, Token>();
  /** `owner/name` that a repository had, with its id: GitHub redirects until somebody takes the name. */
  readonly formerNames = new Map<string, number>();
  /** How long a token of an App works. */
  tokenLifeMs = 3_600_000;
  #next = 4711;

  addRepository(fullName: string, { isPrivate = true, branches = [] as string[] } = {}): Repository {
    const [owner = '', name = ''] = fullName.split('/');
    const repository = {
      id: this.#next++,
      owner,
      name,
      isPrivate,
      defaultBranch: 'main',
      branches: new Map(),
    };
    this.formerNames.delete(fullName.toLowerCase());
    this.repositories.push(repository);
    this.push(repository, 'main', ...branches);
    return repository;
  }

  push(repository: Repository, ...branches: string[]): string[] {
    return branches.map((branch) => {
      const head = randomBytes(20).toString('hex');
      repository.branches.set(branch, head);
      return head;
    });
  }

  rename(repository: Repository, fullName: string): void {
    this.formerNames.set(`${repository.owner}/${repository.name}`.toLowerCase(), repository.id);
    [repository.owner = '', repository.name = ''] = fullName.split('/');
  }

  remove(repository: Repository): void {
    this.repositories.splice(this.repositories.indexOf(repository), 1);
  }

  addApp(): App {
    const app: App = { id: String(this.#next++), ...appKeys(), installation: undefined };
    this.apps.push(app);
    return app;
  }

  install(app: App, ...repositories: Repository[]): void {
    app.installation = {
      id: this.#next++,
      repositories: new Set(repositories.map(({ id }) => id)),
      suspended: false,
    };
  }

  uninstall(app: App): void {
    for (const [token, { installation }] of this.tokens)
      if (installation === app.installation?.id) this.tokens.delete(token);
    app.installation = undefined;
  }

  /** A token as a person makes one. */
  addToken(...repositories: Repository[]): string {
    const token = `github_pat_${randomBytes(20).toString('hex')}`;
    const ids = new Set(repositories.map(({ id }) => id));
    const permissions = { contents: 'read', metadata: 'read' };
    this.tokens.set(token, { repositories: ids, expiresAt: Infinity, who: token, permissions });
    return token;
  }

  find = (fullName: string) =>
    this.repositories.find((one) => `${one.owner}/${one.name}`.toLowerCase() === fullName.toLowerCase());
  byId = (id: number) => this.repositories.find((one) => one.id === id);
}
