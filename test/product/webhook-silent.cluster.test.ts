import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { eventually } from '../support/product/eventually.ts';
import { aWorld } from '../support/product/world.ts';

const world = aWorld('webhook-silent');
const NAME = 'validation.silent.example.com';
const RESOURCE = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/** As policy engines install themselves: nothing of this kind is written without them. */
async function aWebhook(resource: string, operations: string[], url: string): Promise<() => Promise<void>> {
  const { kubectl } = world().cluster;
  await world().admin.raw('POST', RESOURCE, {
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: NAME },
      webhooks: [
        {
          name: NAME,
          clientConfig: { url },
          rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations, resources: [resource] }],
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
  });
  const remove = async () =>
    void (await kubectl(['delete', 'validatingwebhookconfiguration', NAME, '--ignore-not-found']));
  onTestFinished(remove);
  return remove;
}

const readyOf = async (branch: string) =>
  findCondition((await world().preview(branch))?.status?.conditions, 'Ready');
const says = (branch: string, condition: object, seconds?: number) =>
  eventually(async () => expect(await readyOf(branch)).toMatchObject(condition), seconds);
const naming = (words: string) =>
  expect.stringMatching(new RegExp(`failed calling webhook "${NAME}".*${words}`)) as string;

test('B01: that an admission webhook is not there is told in the API server’s words, and healed when it is', async () => {
  const remove = await aWebhook('namespaces', ['CREATE'], 'https://127.0.0.1:9');
  const branch = 'feature/kelp';
  await world().push(branch);
  await says(branch, { status: 'False', reason: 'Refused', message: naming('connection refused') }, 15);
  await remove();
  await eventually(() => world().isMade(branch), 90);
}, 150_000);

test('B01: so is one that takes the connection and never answers', async () => {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await aWebhook('namespaces', ['CREATE'], `https://127.0.0.1:${port}`);
  const branch = 'feature/mute';
  await world().push(branch);
  await says(branch, { status: 'False', reason: 'Refused', message: naming('') }, 60);
}, 120_000);

test('B01: and one that keeps a branch from being removed', async () => {
  const branch = 'feature/stays';
  await world().push(branch);
  await world().isMade(branch);
  const remove = await aWebhook('namespaces', ['DELETE'], 'https://127.0.0.1:9');
  await world().delete(branch);
  await says(branch, { status: 'False', reason: 'RemovalStuck', message: naming('connection refused') });
  await remove();
  await eventually(() => world().isGone(branch), 90);
}, 150_000);
