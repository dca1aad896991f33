import { expect, test } from 'vitest';
import { createSecretReader } from '../../src/cluster/secret-reader.ts';
import type { Cluster, KubeObject } from '../../src/cluster/api.ts';

/** An API whose answers come when the test says so; `at` is the clock. */
function anApi() {
  const asked: { answer(value: string): void; fail(): void }[] = [];
  const api = { at: 0, asked };
  const get = () =>
    new Promise<KubeObject>((resolve, reject) =>
      asked.push({
        answer: (value) =>
          resolve({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'key' },
            data: { current: Buffer.from(value).toString('base64') },
          }),
        fail: () => reject(new Error('no answer')),
      }),
    );
  const read = createSecretReader({ get } as unknown as Pick<Cluster, 'get'>, () => api.at);
  return { api, read: (fresh = false) => read('team', 'key', fresh) };
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
