import { expect, test } from 'vitest';
import { outboxConfigMap, removalNotice } from '../../src/notify/outbox.ts';
import { createTrustedOutbox } from '../../src/notify/trusted-outbox.ts';
import { aPreview, aRepository, ready, uidAt } from './a-preview.ts';
import { slackChannel } from './slack-channel.ts';
import type { KubeObject } from '../../src/model/object.ts';

function anEntry(namespace: string, at = 1): KubeObject {
  const preview = aPreview(ready, { uid: uidAt(at) });
  const entry = removalNotice(slackChannel, preview, aRepository(), new Date())!;
  const configMap = outboxConfigMap({ ...entry, namespace });
  return { ...configMap, metadata: { ...configMap.metadata, uid: `of-config-map-${namespace}-${at}` } };
}

function anOutbox(...withRepository: string[]) {
  const there = new Set(withRepository);
  const lines: object[] = [];
  const log = { warn: (fields: object) => void lines.push(fields) };
  const outbox = createTrustedOutbox({
    channels: [slackChannel],
    hasRepository: (namespace) => there.has(namespace),
    log,
  });
  return { outbox, there, lines };
}

test('an entry beside a DagRepository is believed', () => {
  const { outbox, lines } = anOutbox('team');
  expect(outbox.read(anEntry('team'))).toMatchObject([{ namespace: 'team', previewUid: uidAt(1) }]);
  expect(lines).toEqual([]);
});

test('F14: one in any other namespace is not, however well it is made', () => {
  const { outbox, there } = anOutbox('team');
  expect(outbox.read(anEntry('default'))).toEqual([]);
  there.add('default');
  expect(outbox.read(anEntry('default')), 'once there is one').toHaveLength(1);
});

test('what this process wrote is believed even after its DagRepository has gone, and no longer than it is there', () => {
  const { outbox, there } = anOutbox('team');
  const [ours, theirs] = [anEntry('team'), anEntry('team', 2)];
  outbox.wrote(ours);
  there.clear();
  expect(outbox.read(ours)).toHaveLength(1);
  expect(outbox.read(theirs)).toEqual([]);
  outbox.gone(ours);
  expect(outbox.read(ours)).toEqual([]);
});

test('F14: whatever is left alone is logged once for a namespace, however much there is and however often it is seen', () => {
  const { outbox, lines } = anOutbox('team');
  for (let sweep = 0; sweep < 3; sweep++)
    for (let at = 0; at < 50; at++) {
      outbox.read(anEntry('default', at));
      outbox.read({ ...anEntry('team', at), data: { entry: '{' } });
    }
  expect(lines).toEqual([
    { namespace: 'default', why: 'there is no DagRepository in this namespace' },
    {
      namespace: 'team',
      why: expect.stringMatching(/^ConfigMap team\/.* is not an outbox entry: /) as string,
    },
  ]);
});
