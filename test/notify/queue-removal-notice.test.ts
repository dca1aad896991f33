import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createQueueRemovalNotice } from '../../src/notify/queue-removal-notice.ts';
import { aDagRepository, aPreview, NOW, verified } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import { slackChannel } from './slack-channel.ts';
import type { ClusterErrorCode, KubeObject } from '../../src/cluster/api.ts';

const slack = { channel: 'C0DAGS', secretRef: { name: 'slack' } };
// Its deletion began at NOW.
const going = aPreview({ status: verified, deleting: true });

/** Ends well or throws; what was written and what was logged is there to be looked at. */
function anEnd(refusal?: ClusterErrorCode, minutes = 0) {
  const { cluster, store } = aCluster();
  const logged: string[] = [];
  const create = () => Promise.reject(new ClusterError(refusal!, 'quota of ConfigMaps'));
  const queueRemovalNotice = createQueueRemovalNotice({
    channels: [slackChannel],
    cluster: refusal ? { ...cluster, create } : cluster,
    wrote: () => undefined,
    repositoryOf: () => aDagRepository({ notify: { slack } }),
    now: () => new Date(NOW.getTime() + minutes * 60_000),
    log: { warn: (_fields, message) => void logged.push(message) },
  });
  return { queueRemovalNotice, logged, written: (): KubeObject[] => store.list() };
}

test('what is still to be said is in the outbox before the Preview goes', async () => {
  const { queueRemovalNotice, written, logged } = anEnd();
  await queueRemovalNotice(going);
  expect(written().map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
    'ConfigMap offshoot',
  ]);
  await queueRemovalNotice(going);
  expect([written().length, logged]).toEqual([1, []]);
});

test('F23: in a namespace that is going nothing can be said: logged, and let go', async () => {
  const { queueRemovalNotice, logged } = anEnd('NamespaceGone');
  await queueRemovalNotice(going);
  expect(logged).toEqual([expect.stringMatching(/Slack will not announce the removal/)]);
});

test.each<ClusterErrorCode>(['Forbidden', 'Invalid', 'Internal', 'Unreachable'])(
  'F23: a refusal (%s) delays a removal, but not for more than ten minutes',
  async (code) => {
    await expect(anEnd(code).queueRemovalNotice(going)).rejects.toThrow(/outbox entry .*quota of ConfigMaps/);
    await expect(anEnd(code, 10).queueRemovalNotice(going)).rejects.toThrow(/outbox entry/);
    const late = anEnd(code, 11);
    await late.queueRemovalNotice(going);
    expect(late.logged).toHaveLength(1);
  },
);
