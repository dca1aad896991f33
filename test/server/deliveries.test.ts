import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createGithub } from '../../src/forges/github/github.ts';
import { eventOf, payload } from '../support/payloads.ts';
import { signature } from '../support/signature.ts';
import { aDelivery, aServer, KEY } from './rig.ts';

const check = async () => undefined;

const push = payload('push-update');

test.each([
  ['create', { branch: 'feature/hardy', expectedHead: undefined }],
  ['push-new-branch', { branch: 'feature/hardy', expectedHead: '6113728f27ae82c7b1a177c8d03f9e96e0adf246' }],
  ['push-update', { branch: 'feature/hardy', expectedHead: '9d2c3e8a41f07b65d0c1e2f3a4b5c6d7e8f90123' }],
  ['push-delete', { branch: 'feature/hardy', expectedHead: 'absent' }],
  ['delete', { branch: 'feature/hardy', expectedHead: 'absent' }],
])('%s leaves its mark, and 202 says what came of it', async (name, mark) => {
  const { app, marks } = aServer();
  const response = await app.inject(aDelivery(eventOf(name), payload(name)));
  expect({ status: response.statusCode, body: response.json<unknown>() }).toEqual({
    status: 202,
    body: { branch: 'feature/hardy', result: 'created' },
  });
  expect(marks).toEqual([mark]);
});

test.each([
  ['ping', payload('ping'), { result: 'pong' }],
  ['create', payload('create-tag'), { result: 'v1.0.0 is a tag' }],
  ['issues', push, { result: 'event issues is not used' }],
  ['__proto__', push, { result: 'event __proto__ is not used' }],
  ['push', Buffer.from('7'), { result: expect.stringContaining('not a push payload') as string }],
  ['push', Buffer.from('null'), { result: expect.stringContaining('not a push payload') as string }],
  ['push', Buffer.from('[]'), { result: expect.stringContaining('not a push payload') as string }],
  [
    'push',
    Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)),
    { result: expect.stringContaining('not a push') as string },
  ],
])('%s that concerns nobody is 202 with the reason, and leaves nothing', async (event, body, answer) => {
  const { app, marks } = aServer();
  const response = await app.inject(aDelivery(event, body));
  expect([response.statusCode, response.json<unknown>()]).toEqual([202, answer]);
  expect(marks).toEqual([]);
});

const sha1 = (body: Buffer) => `sha1=${createHmac('sha1', KEY).update(body).digest('hex')}`;
const good = signature(push, KEY);

test.each<[what: string, headers: Record<string, string>, body?: Buffer]>([
  ['no signature', { 'x-hub-signature-256': '' }],
  ['SHA-1 alone', { 'x-hub-signature-256': '', 'x-hub-signature': sha1(push) }],
  ['SHA-1 in the place of SHA-256', { 'x-hub-signature-256': sha1(push) }],
  ['another key', { 'x-hub-signature-256': signature(push, 'other') }],
  ['an empty key', { 'x-hub-signature-256': signature(push, '') }],
  ['one digit off', { 'x-hub-signature-256': good.slice(0, -1) + (good.endsWith('0') ? '1' : '0') }],
  ['capital digits', { 'x-hub-signature-256': good.toUpperCase() }],
  ['two signatures', { 'x-hub-signature-256': `${good}, ${good}` }],
  ['a body with one byte off', {}, Buffer.from(push.toString().replace('hardy', 'hardz'))],
  ['the same JSON written differently', {}, Buffer.from(JSON.stringify(JSON.parse(push.toString())))],
  ['no body', {}, Buffer.alloc(0)],
])('%s: 401, nothing is parsed and nothing written', async (_what, headers, body = push) => {
  const github = createGithub();
  const read = vi.fn(github.webhooks!.read);
  const forges = [{ ...github, webhooks: { ...github.webhooks!, read } }];
  const { app, marks, lines, counted } = aServer({ forges });
  const response = await app.inject(aDelivery('push', body, { 'x-hub-signature-256': good, ...headers }));
  expect([response.statusCode, response.json<unknown>()]).toEqual([401, { error: 'Signature mismatch.' }]);
  expect(marks).toEqual([]);
  expect(read).not.toHaveBeenCalled();
  expect(counted).toEqual(['unknown refused']);
  expect(lines.join('')).not.toContain('hardy'); // no byte of the body reaches the log
});

test.each([
  ['that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['of which there are none', Buffer.alloc(0)],
])('signed bytes %s are refused or ignored', async (_what, body) => {
  const { app, marks } = aServer();
  expect([401, 202]).toContain((await app.inject(aDelivery('push', body))).statusCode);
  expect(marks).toEqual([]);
});

test.each([
  ['another DagRepository', '/webhooks/github/offshoot/other'],
  ['another namespace', '/webhooks/github/default/dags'],
  ['a name with a slash in it', '/webhooks/github/offshoot%2Fdags/dags'],
  ['__proto__', '/webhooks/github/__proto__/constructor'],
])('%s has no key: 401, the same answer as for a wrong signature', async (_what, url) => {
  const { app, marks } = aServer();
  const response = await app.inject({ ...aDelivery('push', push), url });
  expect([response.statusCode, response.json<unknown>()]).toEqual([401, { error: 'Signature mismatch.' }]);
  expect(marks).toEqual([]);
});

test.each([
  '/',
  '/webhooks/gitlab/offshoot/dags',
  '/metrics',
  '/healthz',
  '/webhooks/github/offshoot/dags/x',
])('nothing is at %s', async (url) => {
  const response = await aServer().app.inject({ ...aDelivery('push', push), url });
  expect([response.statusCode, response.json<unknown>()]).toEqual([404, { error: 'Not found.' }]);
});

test('while a key is rotated both fit, and a key that is new a moment ago is found by reading again', async () => {
  const reads: boolean[] = [];
  const { app, marks } = aServer({
    webhookKeys: async (_repository, fresh) => {
      reads.push(fresh);
      return fresh ? ['new', KEY] : [KEY];
    },
  });
  const send = (key: string) =>
    app.inject(aDelivery('push', push, { 'x-hub-signature-256': signature(push, key) }));
  expect((await send(KEY)).statusCode).toBe(202);
  expect((await send('new')).statusCode).toBe(202);
  expect((await send('older')).statusCode).toBe(401);
  expect(marks).toHaveLength(2);
  expect(reads).toEqual([false, false, true, false, true]);
});

test('without any key nothing fits, not even an empty one', async () => {
  const { app } = aServer({ webhookKeys: async () => [] });
  expect(
    (await app.inject(aDelivery('push', push, { 'x-hub-signature-256': signature(push, '') }))).statusCode,
  ).toBe(401);
});

test.each([
  'application/x-www-form-urlencoded',
  ' application/json',
  'text/plain',
  'application/json; charset=latin1',
  'x/y; z=(',
])('the content type %j changes nothing of what is verified', async (type) => {
  const { app, marks } = aServer();
  const response = await app.inject(aDelivery('push', push, { 'content-type': type }));
  expect([202, 415]).toContain(response.statusCode);
  expect(marks).toHaveLength(response.statusCode === 202 ? 1 : 0);
});

const FORM = 'application/x-www-form-urlencoded';

test('B11: a signed form is read; the signature is over the form as it was sent', async () => {
  const { app, marks } = aServer();
  const form = (body: Buffer) => Buffer.from(`payload=${encodeURIComponent(body.toString())}`);
  const send = (event: string, body: Buffer) => app.inject(aDelivery(event, body, { 'content-type': FORM }));
  expect((await send('ping', form(payload('ping')))).json<unknown>()).toEqual({ result: 'pong' });
  expect((await send('push', form(push))).json<unknown>()).toEqual({
    branch: 'feature/hardy',
    result: 'created',
  });
  const inner = aDelivery('push', form(push), { 'x-hub-signature-256': signature(push, KEY) });
  expect((await app.inject(inner)).statusCode).toBe(401);
  expect(marks).toHaveLength(1);
});

test.each(['ping', 'push', 'create', 'issues'])(
  'B11: a %s that is neither JSON nor such a form is 400, so that nobody believes that all is well',
  async (event) => {
    const { app, marks, lines, counted } = aServer();
    const response = await app.inject(aDelivery(event, 'x=1', { 'content-type': FORM }));
    expect([response.statusCode, response.json<unknown>()]).toEqual([
      400,
      {
        error:
          'The body is neither JSON nor a form with JSON in its field payload. Set the content type of the webhook to application/json.',
      },
    ]);
    expect(marks).toEqual([]);
    expect(counted).toEqual(['unreadable refused']);
    expect(lines).toHaveLength(1);
  },
);

test('a body that says it is compressed is not unpacked', async () => {
  const bomb = Buffer.concat(Array(200).fill(gzipSync(Buffer.alloc(1024 * 1024, '['), { level: 9 })));
  expect(bomb.length).toBeLessThan(1024 * 1024);
  const { app, marks } = aServer();
  const before = process.memoryUsage().rss;
  const response = await app.inject(aDelivery('push', bomb, { 'content-encoding': 'gzip' }));
  expect([202, 401, 415]).toContain(response.statusCode);
  expect(marks).toEqual([]);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test('more than GitHub sends is 413', async () => {
  const { app, marks } = aServer();
  const body = Buffer.alloc(25 * 1024 * 1024 + 1, ' ');
  expect((await app.inject(aDelivery('push', body))).statusCode).toBe(413);
  expect(marks).toEqual([]);
});

test.each(['Unavailable', 'Unreachable', 'Timeout', 'TooManyRequests'] as const)(
  'the Kubernetes API is %s: 503, so that GitHub shows the delivery as failed',
  async (code) => {
    const { app } = aServer({
      intake: { check, mark: () => Promise.reject(new ClusterError(code, 'secret detail')) },
    });
    const response = await app.inject(aDelivery('push', push));
    expect(response.statusCode).toBe(503);
    expect(response.body).not.toContain('secret detail');
    expect(response.json<{ error: string }>().error).toContain('please redeliver');
  },
);

test('a Secret that cannot be read is no wrong signature: 503', async () => {
  const { app } = aServer({ webhookKeys: () => Promise.reject(new ClusterError('Timeout', 'x')) });
  expect((await app.inject(aDelivery('push', push))).statusCode).toBe(503);
});

test('anything else that is thrown is 500 and tells the sender nothing', async () => {
  const { app } = aServer({ intake: { check, mark: () => Promise.reject(new Error('at /srv/x.ts:1')) } });
  const response = await app.inject(aDelivery('push', push));
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('/srv');
});

test('202 comes after the mark, never before', async () => {
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const { app } = aServer({ intake: { check, mark: () => left.then(() => 'marked' as const) } });
  let answered = false;
  const response = app.inject(aDelivery('push', push)).then((one) => ((answered = true), one));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toBe(false);
  leave();
  expect((await response).statusCode).toBe(202);
});

test('a Kubernetes API that never answers is 503 within ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { app } = aServer({ intake: { check, mark: () => new Promise(() => undefined) } });
  const response = app.inject(aDelivery('push', push));
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await response).statusCode).toBe(503);
});

test('one line a delivery says who, what and what came of it', async () => {
  const { app, lines, counted } = aServer();
  await app.inject(aDelivery('push', push));
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    repository: 'offshoot/dags',
    delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    event: 'push',
    branch: 'feature/hardy',
    result: 'created',
  });
  expect(counted).toEqual(['push created']);
});

test('events that nobody knows are counted under one name: a label is no place for strangers’ text', async () => {
  const { app, counted } = aServer();
  for (const event of ['a', 'b', '__proto__']) await app.inject(aDelivery(event, push));
  expect(new Set(counted)).toEqual(new Set(['ignored ignored']));
});

test('F1: a branch that is refused is 202 with the words; the metrics count it under a word of ours', async () => {
  const mark = async () => 'refused: exceeded quota: previews' as const;
  const { app, counted } = aServer({ intake: { mark, check: async () => undefined } });
  const response = await app.inject(aDelivery('push', push));
  expect([response.statusCode, response.json<unknown>()]).toEqual([
    202,
    { branch: 'feature/hardy', result: 'refused: exceeded quota: previews' },
  ]);
  expect(counted).toEqual(['push branch refused']);
});
