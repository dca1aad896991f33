import { describe, expect, test } from 'vitest';
import type { RequestSeen } from '../../src/cluster/connect.ts';
import { kinds } from '../../src/model/kinds.ts';
import type { Answer } from './edge-api.ts';
import { faults, refuse, status, text } from './faults.ts';
import { aRig } from './rig.ts';

const ref = { kind: kinds.ConfigMap, namespace: 'default', name: 'x' };
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'default', uid: 'u1', resourceVersion: '7' },
  fromTheFuture: { kept: true },
};

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
