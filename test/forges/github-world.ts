import { onTestFinished } from 'vitest';
import { createGithub } from '../../src/forges/github/github.ts';
import { FakeGithub } from '../support/github/fake-github.ts';
import type { SecretData } from '../../src/forges/api.ts';

/** A fake GitHub with `acme/dags`, a clock that only the test moves, and the forge. */
export async function aWorld(branches: string[] = ['feature/hardy']) {
  const clock = { ms: Date.now() };
  const github = await FakeGithub.start(() => clock.ms);
  onTestFinished(() => github.stop());
  const dags = github.addRepository('acme/dags', { branches });
  const forge = createGithub({
    clock: { now: () => clock.ms, monotonic: () => clock.ms, timeoutMs: 10_000 },
  });
  const spec = (owner = 'acme', name = 'dags') => ({ owner, name, apiUrl: github.apiUrl });
  const host = (credentials?: SecretData, pinned = dags.id) =>
    forge.open(spec(), credentials, String(pinned));
  /** The keys of a token, or of an App that is installed for the repository. */
  const asToken = (): SecretData => ({ token: `${github.addToken(dags)}\r\n` });
  function asApp() {
    const app = github.addApp();
    github.install(app, dags);
    return { app, credentials: { 'app-id': app.id, 'private-key': app.privateKey } };
  }
  return { clock, github, dags, forge, spec, host, asToken, asApp };
}

export const manyBranches = (count: number) =>
  Array.from({ length: count }, (_, at) => `feature/${String(at).padStart(4, '0')}`);
