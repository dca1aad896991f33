import type { IncomingMessage } from 'node:http';
import { text as bodyOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { RequestSeen } from '../../src/cluster/connect.ts';
import { kinds } from '../../src/cluster/kinds.ts';
import type { Answer } from './edge-api.ts';
import { faults, status, text } from './faults.ts';
import { aRig } from './rig.ts';

const ref = { kind: kinds.ConfigMap, namespace: 'default', name: 'x' };
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'default', uid: 'u1', resourceVersion: '7' },
  fromTheFuture: { kept: true },
};

function refuse(code: number, body: object, headers = {}): Answer {
  return (_request, response) =>
    void response.writeHead(code, headers).end(JSON.stringify({ kind: 'Status', code, ...body }));
}

describe.concurrent('reading', () => {
  test('keeps fields nobody here knows', async () => {
    await using rig = await aRig();
    rig.api.always = text(JSON.stringify(configMap));
    expect(await rig.cluster.get(ref)).toEqual(configMap);
  });

  test('gives undefined only if the server says that this very object is missing', async () => {
    await using rig = await aRig();
    const details = { name: 'x', kind: 'configmaps' };
    rig.api.always = refuse(404, { reason: 'NotFound', message: 'configmaps "x" not found', details });
    expect(await rig.cluster.get(ref)).toBeUndefined();
    expect(await rig.cluster.delete(ref)).toBe('absent');
    const others = [
      refuse(404, {
        reason: 'NotFound',
        message: 'namespaces "default" not found',
        details: { name: 'default' },
      }),
      refuse(404, {
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
        details: {},
      }),
      ((_request, response) => void response.writeHead(404).end('404 page not found')) as Answer,
    ];
    for (const other of others) {
      rig.api.always = other;
      await expect(rig.cluster.get(ref)).rejects.toMatchObject({ code: 'NotFound' });
      await expect(rig.cluster.delete(ref)).rejects.toMatchObject({ code: 'NotFound' });
    }
  });

  test.for([
    '{}',
    'null',
    '[]',
    '<html></html>',
    '',
    '{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}',
  ])('does not take %s for an object or an empty list', async (body) => {
    await using rig = await aRig();
    rig.api.always = text(body);
    await expect(rig.cluster.get(ref)).rejects.toMatchObject({ code: 'Internal' });
    await expect(rig.cluster.list(kinds.ConfigMap)).rejects.toMatchObject({ code: 'Internal' });
  });

  const page = (names: string[], next?: string): Answer =>
    text(
      JSON.stringify({
        kind: 'ConfigMapList',
        metadata: { resourceVersion: '9', continue: next },
        items: names.map((name) => ({ metadata: { name } })),
      }),
    );

  test('follows a list page by page and gives the items their kind', async () => {
    await using rig = await aRig();
    rig.api.listFaults.push(page(['a', 'b'], 'more/1'), page(['c'], 'more/2'), page(['d']));
    const { items, resourceVersion } = await rig.cluster.list(kinds.ConfigMap, {
      labelSelector: 'a in (b,c)',
    });
    expect(items.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join()).toBe(
      'ConfigMap a,ConfigMap b,ConfigMap c,ConfigMap d',
    );
    expect(resourceVersion).toBe('9');
    expect(rig.api.requests[2]).toBe(
      'GET /api/v1/configmaps?labelSelector=a+in+%28b%2Cc%29&limit=500&continue=more%2F2',
    );
  });

  test.for([
    ['expired', status(410)],
    ['repeats itself', page(['a'], 'more')],
  ] as const)('reads a list in one piece if its next page %s', async ([, answer]) => {
    await using rig = await aRig();
    rig.api.listFaults.push(page(['a'], 'more'), answer, page(['a', 'b', 'c']));
    expect((await rig.cluster.list(kinds.ConfigMap)).items).toHaveLength(3);
    expect(rig.api.requests[2]).toBe('GET /api/v1/configmaps');
  });

  test('survives two broken connections, not three', async () => {
    await using rig = await aRig();
    const reset = faults['reset before an answer'];
    rig.api.listFaults.push(reset, reset, text(JSON.stringify(configMap)));
    expect(await rig.cluster.get(ref)).toEqual(configMap);
    rig.api.listFaults.push(reset, reset, reset);
    await expect(rig.cluster.get(ref)).rejects.toMatchObject({ code: 'Unreachable' });
  });

  test('waits for a busy server once, as long as it says, but not longer than five seconds', async () => {
    await using rig = await aRig();
    const busy = status(429, { 'retry-after': '1' });
    rig.api.listFaults.push(busy, text(JSON.stringify(configMap)));
    const start = performance.now();
    expect(await rig.cluster.get(ref)).toEqual(configMap);
    expect(performance.now() - start).toBeGreaterThan(950);
    rig.api.listFaults.push(busy, busy);
    await expect(rig.cluster.get(ref)).rejects.toMatchObject({
      code: 'TooManyRequests',
      retryAfterSeconds: 1,
    });
    rig.api.listFaults.push(status(429, { 'retry-after': '6' }));
    await expect(rig.cluster.get(ref)).rejects.toMatchObject({
      code: 'TooManyRequests',
      retryAfterSeconds: 6,
    });
  });

  const silences = [
    'no headers',
    'half-open',
    'headers that trickle for ever',
    'a line that trickles for ever',
  ] as const;
  test.for(silences)('ends in time with: %s', async (name) => {
    await using rig = await aRig({ deadlineMs: 400 });
    rig.api.always = faults[name];
    const start = performance.now();
    await expect(rig.cluster.get(ref)).rejects.toMatchObject({ code: 'Timeout' });
    expect(performance.now() - start).toBeLessThan(900);
  });

  test('a server that is not there is Unreachable within the deadline', async () => {
    const rig = await aRig();
    await rig.api.stop();
    await expect(rig.cluster.get(ref)).rejects.toMatchObject({ code: 'Unreachable' });
    await rig.connection.close();
  });

  test('ends with the caller’s signal', async () => {
    await using rig = await aRig();
    rig.api.always = faults['no headers'];
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const { signal } = controller;
    await expect(rig.cluster.get(ref, { signal })).rejects.toMatchObject({ code: 'Aborted' });
    await expect(rig.cluster.get(ref, { signal })).rejects.toMatchObject({ code: 'Aborted' });
  });

  test('refuses names that would address something else', async () => {
    await using rig = await aRig();
    for (const name of ['', '.', '..']) {
      await expect(rig.cluster.get({ ...ref, name })).rejects.toMatchObject({ code: 'BadRequest' });
      await expect(rig.cluster.delete({ ...ref, name })).rejects.toMatchObject({ code: 'BadRequest' });
    }
    await expect(rig.cluster.get({ ...ref, namespace: '' })).rejects.toMatchObject({ code: 'BadRequest' });
    rig.api.always = status(404);
    await rig.cluster.get({ ...ref, name: 'a/../../b?c#d%2f' }).catch(() => undefined);
    expect(rig.api.requests).toEqual([
      'GET /api/v1/namespaces/default/configmaps/a%2F..%2F..%2Fb%3Fc%23d%252f',
    ]);
  });
});

describe.concurrent('writing', () => {
  async function sent(act: (rig: Awaited<ReturnType<typeof aRig>>) => Promise<unknown>): Promise<unknown[]> {
    await using rig = await aRig();
    const got: { request: IncomingMessage; body: Promise<string> }[] = [];
    rig.api.always = (request, response) => {
      got.push({ request, body: bodyOf(request) });
      response.end(JSON.stringify(configMap));
    };
    await act(rig);
    return Promise.all(
      got.map(async ({ request, body }) => [
        `${request.method} ${request.url} ${request.headers['content-type']}`,
        JSON.parse(await body) as unknown,
      ]),
    );
  }

  test('an apply is a server-side apply under a field manager', async () => {
    expect(
      await sent(async ({ cluster }) => {
        await cluster.apply(configMap, { fieldManager: 'offshoot-controller', force: true });
        await cluster.apply(configMap, { fieldManager: 'me', subresource: 'status' });
      }),
    ).toEqual([
      [
        'PATCH /api/v1/namespaces/default/configmaps/x?fieldManager=offshoot-controller&force=true application/apply-patch+yaml',
        configMap,
      ],
      [
        'PATCH /api/v1/namespaces/default/configmaps/x/status?fieldManager=me application/apply-patch+yaml',
        configMap,
      ],
    ]);
  });

  test('a patch is a merge patch, a create a POST to the collection', async () => {
    expect(
      await sent(async ({ cluster }) => {
        await cluster.patch(ref, { data: { a: null } }, { fieldManager: 'me' });
        await cluster.create(configMap, { fieldManager: 'me' });
      }),
    ).toEqual([
      [
        'PATCH /api/v1/namespaces/default/configmaps/x?fieldManager=me application/merge-patch+json',
        { data: { a: null } },
      ],
      ['POST /api/v1/namespaces/default/configmaps?fieldManager=me application/json', configMap],
    ]);
  });

  test('a delete carries its preconditions, a collection never lacks its namespace', async () => {
    const common = { apiVersion: 'v1', kind: 'DeleteOptions' };
    expect(
      await sent(async ({ cluster }) => {
        await cluster.delete(ref, { uid: 'u', resourceVersion: '7', gracePeriodSeconds: 0 });
        await cluster.deleteCollection(kinds.Pod, 'default', {
          labelSelector: 'a=b',
          propagationPolicy: 'Background',
        });
        await expect(cluster.deleteCollection(kinds.Pod, '', {})).rejects.toMatchObject({
          code: 'BadRequest',
        });
        await expect(cluster.deleteCollection(kinds.Namespace, 'x', {})).rejects.toMatchObject({
          code: 'BadRequest',
        });
      }),
    ).toEqual([
      [
        'DELETE /api/v1/namespaces/default/configmaps/x application/json',
        { ...common, gracePeriodSeconds: 0, preconditions: { uid: 'u', resourceVersion: '7' } },
      ],
      [
        'DELETE /api/v1/namespaces/default/pods?labelSelector=a%3Db application/json',
        { ...common, propagationPolicy: 'Background' },
      ],
    ]);
  });

  test('is never repeated, neither after a reset nor when the server is busy', async () => {
    await using rig = await aRig();
    rig.api.always = faults['reset before an answer'];
    const write = (): Promise<unknown> => rig.cluster.apply(configMap, { fieldManager: 'me' });
    await expect(write()).rejects.toMatchObject({ code: 'Unreachable' });
    rig.api.always = status(429, { 'retry-after': '1' });
    await expect(write()).rejects.toMatchObject({ code: 'TooManyRequests', retryAfterSeconds: 1 });
    expect(rig.api.requests).toHaveLength(2);
  });

  test.for([
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [422, 'Invalid', 'Invalid'],
    [403, 'Forbidden', 'Forbidden'],
    [413, 'RequestEntityTooLarge', 'Invalid'],
    [410, 'Expired', 'Gone'],
    [500, 'ServerTimeout', 'Unavailable'],
    [503, 'ServiceUnavailable', 'Unavailable'],
    [504, 'Timeout', 'Timeout'],
    [500, 'InternalError', 'Internal'],
    [400, 'BadRequest', 'BadRequest'],
  ] as const)('%i %s is the code %s', async ([httpStatus, reason, code]) => {
    await using rig = await aRig();
    rig.api.always = refuse(httpStatus, { reason, message: 'because\n of   this' });
    await expect(rig.cluster.create(configMap)).rejects.toMatchObject({
      code,
      status: httpStatus,
      reason,
      message: `POST configmaps default/x: the API server answered ${httpStatus}: because of this`,
    });
  });
});

test('every request is told to the metrics hook', async () => {
  const seen: RequestSeen[] = [];
  await using rig = await aRig({ onRequest: (one) => seen.push(one) });
  await rig.cluster.list(kinds.ConfigMap);
  rig.api.always = status(403);
  await rig.cluster.delete(ref).catch(() => undefined);
  rig.api.always = faults['reset before an answer'];
  await rig.cluster.create(configMap).catch(() => undefined);
  await rig.cluster.raw('GET', '/version').catch(() => undefined);
  const short = seen.map(({ verb, kind, code }) => `${verb} ${kind} ${code}`);
  expect(short.slice(0, 4)).toEqual([
    'list configmaps 200',
    'delete configmaps 403',
    'create configmaps Unreachable',
    'get raw Unreachable',
  ]);
  expect(seen.every(({ seconds }) => seconds > 0 && seconds < 5)).toBe(true);
});
