import type { SecretData } from './secret-use.ts';

/** The Secret in a preview's namespace that git-sync reads the repository with. */
export const GIT_CREDENTIALS = 'git-credentials';

/** Something secret that a preview is given: one Secret in its namespace. */
export interface Material {
  /** The Secret's name there. */
  secret: string;
  /** The part of the preview that uses it. */
  part: string;
  /** Undefined: nobody knows better ones, so those that are there stay. */
  values?: SecretData | undefined;
  /** When they expire, in ms since the epoch; undefined: never. They are renewed without a restart. */
  expiresAt?: number | undefined;
  /** The part restarts when they change. Without it, they reach running pods as the files that these mount. */
  restarts?: boolean;
}
