import { expect, test } from 'vitest';
import { createSecretReader } from '../../src/cluster/secret-reader.ts';
import type { Cluster, KubeObject } from '../../src/cluster/api.ts';
import type { WantedSecret } from '../../src/model/secret-use.ts';

/** An API whose answers come when the test says so; `at` is the clock. */
function anApi() {
  const asked: { answer(value: string, use?: string): void; missing(): void; fail(): void }[] = [];
  const api = { at: 0, asked };
  const get = () =>
    new Promise<KubeObject | undefined>((resolve, reject) =>
      asked.push({
        missing: () => resolve(undefined),
        answer: (value, use = 'webhook') =>
          resolve({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'key', labels: { 'offshoot.dev/use': use } },
            data: { current: Buffer.from(value).toString('base64') },
          }),
        fail: () => reject(new Error('no answer')),
      }),
    );
  const read = createSecretReader({ get } as unknown as Pick<Cluster, 'get'>, () => api.at);
  const wanted: WantedSecret = { namespace: 'team', name: 'key', use: 'webhook' };
  return { api, ask: read, read: (fresh = false) => read(wanted, fresh) };
}

test('what was read counts for ten seconds, for one where somebody asks past it', async () => {
  const { api, read } = anApi();
  const first = read();
  api.asked[0]!.answer('one');
  expect(await first).toEqual({ current: 'one' });
  api.at = 9_999;
  await read();
  expect(api.asked).toHaveLength(1);
  void read(true);
  expect(api.asked).toHaveLength(2);
});

test('nobody waits for long on a read of somebody else’s that hangs', async () => {
  const { api, read } = anApi();
  const hanging = read();
  const alongside = read();
  expect(api.asked).toHaveLength(1);
  api.at = 1_000;
  const later = read();
  api.asked[1]!.answer('back');
  expect(await later).toEqual({ current: 'back' });
  // That the first one fails at last takes nothing away.
  api.asked[0]!.fail();
  await expect(hanging).rejects.toThrow('no answer');
  await expect(alongside).rejects.toThrow('no answer');
  expect(await read()).toEqual({ current: 'back' });
  expect(api.asked).toHaveLength(2);
});

test('what is missing or not for this is looked at again a second later: somebody may be putting it right', async () => {
  const { api, read } = anApi();
  const absent = read();
  api.asked[0]!.missing();
  expect(await absent).toBeUndefined();
  api.at = 999;
  expect(await read()).toBeUndefined();
  api.at = 1_000;
  const unlabelled = read();
  api.asked[1]!.answer('one', 'none');
  await expect(unlabelled).rejects.toThrow('offshoot.dev/use=webhook');
  api.at = 1_999;
  await expect(read(), 'of a flood, one a second is read').rejects.toThrow('offshoot.dev/use=webhook');
  expect(api.asked).toHaveLength(2);
  api.at = 2_000;
  const labelled = read();
  api.asked[2]!.answer('one');
  expect(await labelled).toEqual({ current: 'one' });
});

test('F5: what was read for one use is not given to another that asks soon after', async () => {
  const { api, ask } = anApi();
  const key = { namespace: 'team', name: 'key' };
  const webhook = ask({ ...key, use: 'webhook' });
  api.asked[0]!.answer('one');
  expect(await webhook).toEqual({ current: 'one' });
  const git = ask({ ...key, use: 'git' });
  const generated = ask({ ...key, previewUid: 'a-uid' });
  api.asked[1]!.answer('one');
  api.asked[2]!.answer('one');
  await expect(git).rejects.toMatchObject({ reason: 'SecretNotForOffshoot' });
  expect(await generated).toBeUndefined();
});
