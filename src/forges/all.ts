import { createGit } from './git/git.ts';
import { createGithub } from './github/github.ts';
import type { Key } from '../model/object.ts';
import type { Proxy } from '../model/proxy.ts';
import type { Forge } from './api.ts';

interface Settings {
  githubWebhookSecret?: Key | undefined;
  proxy?: Proxy | undefined;
}

/** Every kind of code host there is; what a spec says of each is its line in `model/git-source.ts`. */
export const createForges = ({ githubWebhookSecret, proxy }: Settings): readonly Forge[] => [
  createGit(proxy),
  createGithub({ webhookSecret: githubWebhookSecret }),
];

/** Removes what a process that was killed left on this machine. */
export { sweepCredentials } from './git/credentials.ts';
