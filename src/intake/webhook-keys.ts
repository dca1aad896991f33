import { Problem } from '../model/problem.ts';
import type { Key } from '../model/object.ts';
import type { ReadSecret } from '../model/secret-use.ts';

/** The keys that open a webhook route: `current`, and `previous` while it is being rotated. */
export function createWebhookKeys(readSecret: ReadSecret) {
  /** Throws a Problem where no key could open it. */
  async function read({ namespace, name }: Key, fresh?: boolean): Promise<string[]> {
    const secret = await readSecret({ namespace, name, use: 'webhook' }, fresh);
    const what = `Secret ${name} in namespace ${namespace}`;
    if (!secret) throw new Problem('SecretMissing', `${what} does not exist.`);
    const keys = [secret['current'], secret['previous']].flatMap((key) => key?.trim() || []);
    if (!keys.length) throw new Problem('SecretMissing', `${what} lacks the key current.`);
    return keys;
  }

  return {
    /** None where there are none that may be used: then the route stays closed, whoever sends. */
    keys: async (secret: Key | undefined, fresh: boolean): Promise<string[]> =>
      secret ? read(secret, fresh).catch((error: unknown) => (onlyProblems(error), [])) : [],
    /** Why it stays closed, if it does. */
    trouble: async (secret: Key | undefined): Promise<Problem | undefined> =>
      secret && read(secret).then(() => undefined, onlyProblems),
  };
}

function onlyProblems(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
