import { git } from './git/git.ts';
import { createGithub } from './github/github.ts';
import type { Forge } from './api.ts';

/** Every kind of code host there is. */
export const createForges = (): readonly Forge[] => [git, createGithub()];
