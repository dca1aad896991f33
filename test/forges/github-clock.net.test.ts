import { afterEach, expect, test, vi } from 'vitest';
import { createGithub } from '../../src/forges/github/github.ts';
import { aWorld } from './github-world.ts';

const HOUR_MS = 3_600_000;
afterEach(() => void vi.useRealTimers());

/** A world whose forge has two clocks; the wall clock is the process's own, which its libraries read too. */
async function aWorldWithClocks() {
  const world = await aWorld();
  const clock = { monotonic: 5_000 };
  const forge = createGithub({
    clock: { now: Date.now, monotonic: () => clock.monotonic, timeoutMs: 3_000 },
  });
  vi.useFakeTimers({ toFake: ['Date'] });
  const pass = (ms: number, wallMs = ms) => {
    clock.monotonic += ms;
    vi.setSystemTime(Date.now() + wallMs);
    world.clock.ms += ms;
  };
  const host = (credentials = world.asToken()) =>
    forge.open(world.spec(), credentials, String(world.dags.id));
  return { ...world, host, pass };
}

test('F13: the wall clock is set back an hour: GitHub is asked as before', async () => {
  const world = await aWorldWithClocks();
  const host = world.host();
  await host.listBranches();
  world.pass(1_000, -HOUR_MS);
  expect([...(await host.listBranches()).keys()]).toEqual(['feature/hardy', 'main']);
});

test('F13: a token of an App is renewed after half of its life, though the wall clock was set back', async () => {
  const world = await aWorldWithClocks();
  const host = world.host(world.asApp().credentials);
  const first = await host.cloneCredentials();
  world.pass(HOUR_MS / 4, -HOUR_MS);
  expect((await host.cloneCredentials())?.values).toEqual(first?.values);
  world.pass(HOUR_MS / 4 + 1_000);
  expect((await host.cloneCredentials())?.values).not.toEqual(first?.values);
});

test('F13: GitHub is left alone for as long as it asked, no longer and no shorter', async () => {
  const world = await aWorldWithClocks();
  const credentials = world.asToken();
  const { who } = [...world.github.tokens.values()].at(-1)!;
  for (let used = 0; used < 5_000; used++) world.github.quota.spend(who);
  const limited = { reason: 'RateLimited' };
  await expect(world.host(credentials).listBranches()).rejects.toMatchObject(limited);
  world.pass(HOUR_MS / 2, -HOUR_MS);
  await expect(world.host(credentials).listBranches()).rejects.toMatchObject(limited);
  world.pass(HOUR_MS / 2 + 5_000);
  expect((await world.host(credentials).listBranches()).size).toBe(2);
});
