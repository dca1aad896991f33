import type { IncomingMessage } from 'node:http';
import { text as bodyOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { faults, refuse, status } from './faults.ts';
import { aRig, type Rig } from './rig.ts';

const ref = { kind: kinds.ConfigMap, namespace: 'default', name: 'x' };
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'default', uid: 'u1', resourceVersion: '7' },
  fromTheFuture: { kept: true },
};

describe.concurrent('writing', () => {
  async function sent(act: (rig: Rig) => Promise<unknown>): Promise<unknown[]> {
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
