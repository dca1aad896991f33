import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createSaveStatus } from '../../src/controller/preview/save-status.ts';
import { owner } from '../../src/model/labels.ts';
import { aCondition, aPreview, NOW, verified } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Condition } from '../../src/model/conditions.ts';
import type { Preview, PreviewStatus } from '../../src/model/preview.ts';

const saying = (reason: Condition['reason'], message = 'A sentence.'): PreviewStatus => ({
  observedGeneration: 1,
  conditions: [aCondition({ type: 'Ready', reason, message })],
});

function aPen(preview = aPreview({ status: verified })) {
  const { cluster, fail, journal, store } = aCluster([preview]);
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const log = { info: note, warn: note };
  // Events are named by the time.
  let ms = NOW.getTime();
  const save = createSaveStatus({ cluster, now: () => new Date(ms++), log });
  const live = () => store.byUid(preview.metadata.uid!) as Preview;
  return {
    cluster,
    fail,
    live,
    logged,
    wrote: () => journal.splice(0).map((one) => one.split('/')[0]),
    events: () => store.list().filter(({ kind }) => kind === 'Event'),
    save: (status: PreviewStatus) => save(live(), status),
  };
}

test('a new state is written beside what others said of the Preview, and told as an Event', async () => {
  const pen = aPen();
  await pen.save(saying('DatabaseStarting'));
  expect(pen.live().status).toMatchObject({ ...verified, ...saying('DatabaseStarting') });
  expect(pen.wrote()).toEqual(['apply Preview', 'create Event']);
  expect(pen.events()).toMatchObject([
    {
      type: 'Normal',
      reason: 'DatabaseStarting',
      involvedObject: { kind: 'Preview', uid: aPreview().metadata.uid },
    },
  ]);
  expect(pen.logged).toEqual(['preview state']);
});

test('nothing new is no write', async () => {
  const pen = aPen();
  await pen.save(saying('DatabaseStarting'));
  pen.wrote();
  await pen.save(saying('DatabaseStarting'));
  expect(pen.wrote()).toEqual([]);
});

test('another sentence for the same reason is written, and no Event', async () => {
  const pen = aPen();
  await pen.save(saying('DatabaseStarting'));
  pen.wrote();
  await pen.save(saying('DatabaseStarting', 'Another.'));
  expect(pen.wrote()).toEqual(['apply Preview']);
});

test('that every Preview begins with a look-up is no Event', async () => {
  const pen = aPen();
  await pen.save(saying('BranchNotVerified'));
  expect(pen.events()).toEqual([]);
  expect(pen.logged).toEqual([]);
});

test('a failure is a Warning', async () => {
  const pen = aPen();
  await pen.save(saying('Refused'));
  expect(pen.events()).toMatchObject([{ type: 'Warning', reason: 'Refused' }]);
});

test('what the notifier says is neither missed nor taken away', async () => {
  const pen = aPen();
  await pen.save(saying('Ready'));
  const notified = aCondition({ type: 'Notified', reason: 'SlackRefused' });
  const { apiVersion, kind, metadata } = pen.live();
  const { name, namespace = '' } = metadata;
  await pen.cluster.apply(
    { apiVersion, kind, metadata: { name, namespace }, status: { conditions: [notified] } },
    { fieldManager: owner.notifier, subresource: 'status' },
  );
  pen.wrote();
  await pen.save(saying('Ready'));
  expect(pen.wrote()).toEqual([]);
  await pen.save(saying('DatabaseStarting'));
  expect(pen.live().status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'Notified']);
});

test('what is no longer said goes', async () => {
  const pen = aPen();
  await pen.save({ ...saying('Ready'), namespace: 'n' });
  await pen.save(saying('Suspended'));
  expect(pen.live().status).not.toHaveProperty('namespace');
  expect(pen.live().status).toMatchObject(verified);
});

test('an Event that is refused is logged, and the status is saved all the same', async () => {
  const pen = aPen();
  pen.fail('create', 'Event', new ClusterError('NamespaceGone', 'it is going'), { times: 1 });
  await pen.save(saying('Refused'));
  expect(pen.live().status?.conditions?.[0]?.reason).toBe('Refused');
  pen.fail('create', 'Event', new ClusterError('Unavailable', 'try later'));
  expect(pen.logged).not.toContain('the Event was not written');
  await pen.save(saying('Ready'));
  expect(pen.live().status?.conditions?.[0]?.reason).toBe('Ready');
  expect(pen.logged).toContain('the Event was not written');
});

test('a Preview that was deleted and made again meanwhile does not get the status of the former', async () => {
  const pen = aPen();
  const former = { ...pen.live(), metadata: { ...pen.live().metadata, uid: 'former' } };
  const log = { info: () => undefined, warn: () => undefined };
  const save = createSaveStatus({ cluster: pen.cluster, now: () => NOW, log });
  await expect(save(former, saying('Ready'))).rejects.toMatchObject({ code: 'Invalid' });
  expect(pen.live().status).toEqual(verified);
});
