import { readFile } from 'node:fs/promises';
import examples from '@octokit/webhooks-examples';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { githubDeliveries } from '../../src/forges/github/delivery.ts';
import { LONGEST_BRANCH } from '../../src/model/names.ts';
import { hostileNames } from '../support/hostile-names.ts';
import { eventOf, payload, payloads } from '../support/payloads.ts';
import { signature } from '../support/signature.ts';
import type { WebhookDefinition } from '@octokit/webhooks-examples';

const read = (event: string, body: unknown) =>
  githubDeliveries.read(event, Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));
const ours = ['create', 'delete', 'push', 'ping', 'repository', 'installation', 'installation_repositories'];
const urls = (name: string) => [`https://github.com/${name}.git`, `git@github.com:${name}.git`];
const repository = { id: '4711', name: 'acme/dags', urls: urls('acme/dags') };
/** An installation's list says no more of a repository. */
const listed = { ...repository, urls: [] };
const real = (examples as unknown as WebhookDefinition[]).filter(({ name }) => ours.includes(name));
const HEAD = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';

test.each([
  [
    'create',
    { kind: 'branch', branch: 'feature/hardy', expectedHead: undefined, pusher: 'dana', repository },
  ],
  ['create-tag', { kind: 'ignored', why: 'v1.0.0 is a tag' }],
  [
    'push-new-branch',
    { kind: 'branch', branch: 'feature/hardy', expectedHead: HEAD, pusher: 'dana', repository },
  ],
  [
    'push-update',
    {
      kind: 'branch',
      branch: 'feature/hardy',
      expectedHead: '9d2c3e8a41f07b65d0c1e2f3a4b5c6d7e8f90123',
      pusher: 'dana',
      repository,
    },
  ],
  [
    'push-delete',
    { kind: 'branch', branch: 'feature/hardy', expectedHead: 'absent', pusher: 'dana', repository },
  ],
  ['delete', { kind: 'branch', branch: 'feature/hardy', expectedHead: 'absent', pusher: 'dana', repository }],
  ['ping', { kind: 'ping' }],
  [
    'repository-renamed',
    {
      kind: 'repositories',
      what: 'repository renamed',
      repositories: [{ id: '4711', name: 'acme/airflow-dags', urls: urls('acme/airflow-dags') }],
    },
  ],
  ['installation-deleted', { kind: 'repositories', what: 'installation deleted', repositories: [listed] }],
  [
    'installation-suspend',
    { kind: 'ignored', why: 'installation suspend names no repository; the next listing will find out' },
  ],
  [
    'installation_repositories-removed',
    { kind: 'repositories', what: 'installation_repositories removed', repositories: [listed] },
  ],
])('webhooks/payloads/%s.json is read', (name, delivery) => {
  expect(read(eventOf(name), payload(name))).toEqual(delivery);
});

test('every recorded payload has a reading of its own above, and its event in webhooks/events.md', async () => {
  expect(Object.keys(payloads)).toHaveLength(11);
  const table = await readFile(new URL('../../webhooks/events.md', import.meta.url), 'utf8');
  for (const event of ours) expect(table).toContain(`| \`${event}\` |`);
});

test.each(
  real.flatMap(({ name, examples: all }) => all.map((example, at) => [name, at, example as object] as const)),
)("GitHub's own example %s %i is understood", (event, _at, example) => {
  const { ref = '', ref_type, deleted, after } = example as Record<string, string>;
  const delivery = read(event, example);
  const whole = example as {
    repository?: { id: number; full_name: string; clone_url: string; ssh_url: string };
    action?: string;
  };
  const named = whole.repository && {
    id: String(whole.repository.id),
    name: whole.repository.full_name,
    urls: [whole.repository.clone_url, whole.repository.ssh_url],
  };
  if (event === 'installation' && /suspend/.test(whole.action ?? '')) {
    expect(delivery).toMatchObject({
      kind: 'ignored',
      why: expect.stringContaining('names no repository') as string,
    });
  } else if (event === 'repository' || event.startsWith('installation')) {
    expect(delivery).toMatchObject({ kind: 'repositories', what: `${event} ${whole.action}` });
    const { repositories } = delivery as { repositories: object[] };
    expect(repositories).toHaveLength(1);
    if (named) expect(repositories).toEqual([named]);
  } else if (event === 'ping') expect(delivery).toEqual({ kind: 'ping' });
  else if (ref_type === 'tag') expect(delivery).toEqual({ kind: 'ignored', why: `${ref} is a tag` });
  else if (ref.startsWith('refs/tags/'))
    expect(delivery).toEqual({ kind: 'ignored', why: `${ref} is not a branch` });
  else
    expect(delivery).toEqual({
      kind: 'branch',
      branch: ref.replace('refs/heads/', ''),
      expectedHead: deleted ? 'absent' : after,
      pusher: 'Codertocat',
      repository: named,
    });
});

test.each(Object.keys(payloads))(
  "every field of webhooks/payloads/%s.json is one of GitHub's, of the same kind",
  (name) => {
    const theirs = real.find((one) => one.name === eventOf(name))?.examples ?? [];
    expect(theirs.length).toBeGreaterThan(0);
    expect(strangersIn(JSON.parse(payload(name).toString()) as object, theirs, name)).toEqual([]);
  },
);

test('a repository that is missing, or named strangely, does not hide the branch', () => {
  for (const strange of [
    undefined,
    null,
    7,
    {},
    { id: 'x', full_name: 'acme/dags' },
    { id: -1, full_name: 'a/b' },
  ])
    expect(read('push', { ...push, repository: strange })).toMatchObject({
      kind: 'branch',
      branch: 'feature/hardy',
      repository: undefined,
    });
});

const push = JSON.parse(payload('push-update').toString()) as object;
const create = JSON.parse(payload('create').toString()) as object;

test.each<[what: string, event: string, body: unknown, why: RegExp]>([
  ['an event of another kind', 'issues', push, /event issues is not used/],
  ['an event that is a property of every object', '__proto__', push, /event __proto__ is not used/],
  ['the event *', '*', push, /is not used/],
  ['no event', '', push, /is not used/],
  ...['7', 'null', '[]', '"x"', 'true', '{}'].map((text): [string, string, unknown, RegExp] => [
    `the body ${text}`,
    'push',
    Buffer.from(text),
    /not a push payload/,
  ]),
  ['JSON 100,000 deep', 'push', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), /not a push payload/],
  [
    'objects 100,000 deep',
    'create',
    Buffer.from('{"ref":'.repeat(100_000) + '1' + '}'.repeat(100_000)),
    /not a create payload/,
  ],
  ['a ref that is null', 'create', { ...create, ref: null }, /not a create payload: ref/],
  ['a ref that is a list', 'create', { ...create, ref: ['x'] }, /not a create payload: ref/],
  ['an empty ref', 'create', { ...create, ref: '' }, /not a create payload: ref/],
  ['a ref_type that is none', 'create', { ...create, ref_type: 'repository' }, /is a repository/],
  ['an after that is no commit', 'push', { ...push, after: 'HEAD' }, /not a push payload: after/],
  ['an after with a line break', 'push', { ...push, after: `${HEAD}\n` }, /not a push payload: after/],
  ['deleted as a text', 'push', { ...push, deleted: 'yes' }, /not a push payload: deleted/],
  ['a ref outside of refs/heads', 'push', { ...push, ref: 'refs/notes/commits' }, /is not a branch/],
  ['a ref without its folder', 'push', { ...push, ref: 'feature/hardy' }, /is not a branch/],
  ['refs/heads/ and nothing', 'push', { ...push, ref: 'refs/heads/' }, /no name/],
  [
    'a branch that is too long',
    'push',
    { ...push, ref: `refs/heads/${'x'.repeat(LONGEST_BRANCH + 1)}` },
    /longer than 1000/,
  ],
  [
    'own __proto__',
    'push',
    Buffer.from(`{"__proto__": ${payload('push-update').toString()}}`),
    /not a push payload/,
  ],
])('%s is ignored with a reason', (_what, event, body, why) => {
  const delivery = read(event, body);
  expect(delivery.kind).toBe('ignored');
  expect(delivery.kind === 'ignored' ? delivery.why : '').toMatch(why);
});

const asForm = (body: Buffer) => Buffer.from(new URLSearchParams({ payload: body.toString() }).toString());

test.each(Object.keys(payloads))('B11: %s says the same as a form, which is GitHub’s default', (name) => {
  const json = payload(name);
  expect(read(eventOf(name), asForm(json))).toEqual(read(eventOf(name), json));
});

test('B11: a form is read as browsers write it, and to its end or the next field', () => {
  for (const text of ['café +%&=', '\u2028', '😀'])
    expect(
      read('push', asForm(Buffer.from(JSON.stringify({ ...push, pusher: { name: text } })))),
    ).toMatchObject({
      pusher: text,
    });
  expect(read('ping', Buffer.from('payload=%7B%7D&x=%'))).toEqual({ kind: 'ping' });
});

test.each<[what: string, body: Buffer]>([
  ['an empty body', Buffer.alloc(0)],
  ['half a body', payload('push-update').subarray(0, 100)],
  ['half a form', asForm(payload('push-update')).subarray(0, 100)],
  ['a form without the field', Buffer.from('text=%7B%7D')],
  ['a form with the field later', Buffer.from('x=1&payload=%7B%7D')],
  ['a form that is not well formed', Buffer.from('payload=%7')],
  ['a form with bytes that are no text', Buffer.from('payload=%ff%fe')],
  ['a form with an empty field', Buffer.from('payload=')],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])],
  ['XML', Buffer.from('<push/>')],
])('B11: %s cannot be read, whatever event it is of', (_what, body) => {
  for (const event of [...ours, 'issues'])
    expect(read(event, body)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('content type of the webhook to application/json') as string,
    });
});

test('every hostile name arrives as it was sent, from a push as from a create', () => {
  for (const name of hostileNames) {
    expect(read('push', { ...push, ref: `refs/heads/${name}` })).toMatchObject({
      kind: 'branch',
      branch: name,
    });
    if (!name.startsWith('refs/heads/'))
      expect(read('create', { ...create, ref: name })).toMatchObject({ branch: name });
  }
});

test('who pushed is shown where the host says so, and missing where it does not', () => {
  expect(read('push', { ...push, pusher: { name: 'dana', email: null } })).toMatchObject({ pusher: 'dana' });
  expect(read('push', { ...push, pusher: undefined })).toMatchObject({ pusher: 'dana' });
  expect(read('push', { ...push, pusher: {}, sender: undefined })).toMatchObject({
    kind: 'branch',
    pusher: undefined,
  });
});

test('any JSON at all is either understood or ignored', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ours), fc.json(), (event, body) => {
      expect(['branch', 'repositories', 'ping', 'ignored']).toContain(read(event, Buffer.from(body)).kind);
    }),
    { numRuns: 500 },
  );
});

test('any payload with one field replaced by anything is either understood or ignored', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(push)), fc.jsonValue(), (field, value) => {
      expect(['branch', 'ignored']).toContain(read('push', { ...push, [field]: value }).kind);
    }),
    { numRuns: 500 },
  );
});

test.each([40, 64])(
  'B14: a push to %i zeros is the end of the branch, also where no `deleted` says so',
  (digits) => {
    const { deleted: _, ...silent } = push as { deleted?: boolean };
    for (const said of [silent, { ...push, deleted: false }, { ...push, deleted: true }])
      expect(read('push', { ...said, after: '0'.repeat(digits) })).toMatchObject({
        kind: 'branch',
        branch: 'feature/hardy',
        expectedHead: 'absent',
      });
  },
);

const body = payload('push-update');

/** As the server does it: while the body arrives, and with the library's word at the end. */
async function verify(bytes: Buffer, signed: string, keys: string[]): Promise<boolean> {
  const proof = githubDeliveries.proof({ 'x-hub-signature-256': signed });
  const check = proof?.begin(keys);
  for (let at = 0; at < bytes.length; at += 100) check?.update(bytes.subarray(at, at + 100));
  const key = check?.key();
  return key !== undefined && proof!.confirms(bytes, key);
}

test('a signature fits the bytes and a key, the current or the previous one', async () => {
  expect(await verify(body, signature(body, 'new'), ['new', 'old'])).toBe(true);
  expect(await verify(body, signature(body, 'old'), ['new', 'old'])).toBe(true);
  expect(await verify(body, signature(body, 'older'), ['new', 'old'])).toBe(false);
  expect(await verify(body, signature(body, 'new'), [])).toBe(false);
});

test('an empty key verifies nothing', async () => {
  expect(await verify(body, signature(body, ''), [''])).toBe(false);
});

test('one byte more, less or other, or the same JSON written differently, does not fit', async () => {
  const signed = signature(body, 'key');
  const flipped = Buffer.from(body);
  flipped[10]! ^= 1;
  const others = [
    flipped,
    body.subarray(0, -1),
    Buffer.concat([body, Buffer.from(' ')]),
    Buffer.from(JSON.stringify(JSON.parse(body.toString()))),
    Buffer.alloc(0),
  ];
  for (const other of others) expect(await verify(other, signed, ['key'])).toBe(false);
});

test.each(['', 'sha256=', 'sha256=zz', 'sha1=0123', 'x'.repeat(1_000), '\u0000'])(
  'the signature %j fits nothing, which is known without the body',
  (signed) => {
    expect(githubDeliveries.proof({ 'x-hub-signature-256': signed })).toBeUndefined();
  },
);

test('F3: a body of far more values than any delivery has is not parsed', () => {
  expect(read('push', Buffer.from(`[${'{},'.repeat(8_000_000)}{}]`))).toEqual({
    kind: 'ignored',
    why: 'the body has more than 1000000 values, more than any real delivery',
  });
  // Nor where its brackets are escaped.
  expect(read('push', Buffer.from(`payload=%5B${'%7B%7D,'.repeat(1_000_001)}0%5D`))).toMatchObject({
    kind: 'ignored',
  });
});

/** Paths of fields which none of the real payloads has with a value of the same kind; null may stand for a missing object. */
function strangersIn(value: object, theirs: readonly unknown[], at: string): string[] {
  return Object.entries(value).flatMap(([name, own]: [string, unknown]) => {
    const real = theirs.filter(isObject).filter((one) => name in one);
    const values = real.map((one) => one[name]);
    const path = `${at}.${name}`;
    if (!values.some((one) => kind(one) === kind(own)) && own !== null) return [path];
    if (real.length === 0) return [path];
    if (Array.isArray(own)) {
      const items = values.flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
      return own.flatMap((item: unknown) =>
        isObject(item) && items.length > 0 ? strangersIn(item, items, path) : [],
      );
    }
    return isObject(own) ? strangersIn(own, values, path) : [];
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const kind = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

test.each(['a\0b', 'a\nb', 'a\x7fb'])(
  'F6: a ref with a control character (%j) is ignored: git has no such branch',
  (name) => {
    const ref = `refs/heads/${name}`;
    for (const delivery of [
      read('push', { ref, after: HEAD, repository: { id: 4711, full_name: 'acme/dags' } }),
      read('create', { ref: name, ref_type: 'branch' }),
      read('delete', { ref: name, ref_type: 'branch' }),
    ])
      expect(delivery).toEqual({
        kind: 'ignored',
        why: 'the branch name contains a control character, which git does not allow',
      });
  },
);

test('F6: nor is half a character a name', () => {
  const body = Buffer.from(`{"ref":"refs/heads/a\\ud800b","after":"${HEAD}"}`);
  expect(githubDeliveries.read('push', body)).toEqual({
    kind: 'ignored',
    why: 'the branch name is not valid Unicode',
  });
});
