import { describe, expect, test } from 'vitest';
import { outboxConfigMap, parseOutbox, removalNotice } from '../../src/notify/outbox.ts';
import { createListChannel } from '../support/list-channel.ts';
import { slackChannel } from './slack-channel.ts';
import { aPreview, aRepository, ready } from './a-preview.ts';
import type { KubeObject } from '../../src/model/object.ts';

const channels = [createListChannel().channel, slackChannel];
const now = new Date('2026-11-21T00:00:00Z');
const posted = { channel: 'C0DEMO1', ts: '1.000001' };
const uid = '0c2b9bd2-6f0c-4e6e-9f0a-4b8f5a1c7d10';
const said = aPreview(ready, { uid, status: { notices: { slack: { ...posted, hash: 'x' } } } });

describe('the outbox', () => {
  test('holds what is left to say, beside the DagRepository, and reads back as it was', () => {
    const entry = removalNotice(slackChannel, said, aRepository(), now)!;
    expect(entry).toMatchObject({
      name: `offshoot-outbox-slack-${uid}`,
      namespace: 'offshoot',
      previewUid: uid,
      announcement: { state: 'removed', repository: 'dags', branch: 'feature/hardy' },
      channel: 'slack',
      place: posted,
      to: { channel: 'C0DEMO1', secretName: 'slack' },
    });
    const configMap = outboxConfigMap(entry);
    expect(configMap.metadata.labels).not.toHaveProperty(['offshoot.dev/preview-uid']);
    configMap.metadata.uid = 'uid-of-config-map';
    expect(parseOutbox(configMap, channels)).toEqual({
      ok: true,
      entry: { ...entry, uid: 'uid-of-config-map' },
    });
  });

  test('holds nothing where nobody is to be told, or nothing was ever said of a branch nobody saw', () => {
    expect(removalNotice(slackChannel, said, undefined, now)).toBeUndefined();
    expect(removalNotice(slackChannel, said, aRepository(''), now)).toBeUndefined();
    expect(
      removalNotice(slackChannel, aPreview({}, { status: { branch: {} } }), aRepository(), now),
    ).toBeUndefined();
  });

  test.for([
    [
      'the name of another preview’s entry',
      'offshoot-outbox-slack-0c2b9bd2-6f0c-4e6e-9f0a-4b8f5a1c7d11',
      uid,
    ],
    ['a name of its own', 'mine', uid],
    ['no uid', 'offshoot-outbox-slack-x', 'x'],
  ])('F14: a ConfigMap with %s is refused', ([, name, previewUid]) => {
    const configMap = outboxConfigMap({
      ...removalNotice(slackChannel, said, aRepository(), now)!,
      previewUid: previewUid!,
    });
    configMap.metadata.name = name!;
    expect(parseOutbox(configMap, channels)).toMatchObject({ ok: false });
  });

  test.each([
    ['no data', undefined],
    ['no entry', {}],
    ['no JSON', { entry: '{' }],
    ['another shape', { entry: '[]' }],
    [
      'an unknown state',
      { entry: JSON.stringify({ previewUid: 'x', announcement: { state: '<!channel>' } }) },
    ],
  ])('a ConfigMap with %s is refused with its name', (_title, data) => {
    const labels = { 'offshoot.dev/outbox': 'slack' };
    const metadata = { name: 'odd', namespace: 'offshoot', uid: 'u', labels };
    const read = parseOutbox({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, channels);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.message).toContain('ConfigMap offshoot/odd');
  });

  test.each<[string, (configMap: KubeObject) => void]>([
    ['no channel', ({ metadata }) => (metadata.labels = { 'offshoot.dev/outbox': 'pigeons' })],
    ['another channel', ({ metadata }) => (metadata.labels = { 'offshoot.dev/outbox': 'list' })],
    ['another shape of target', (one) => (one['data'] = changed(one, { to: { list: 'x' } }))],
    ['another shape of place', (one) => (one['data'] = changed(one, { place: { line: 1 } }))],
  ])('a ConfigMap with %s is refused', (_title, change) => {
    const configMap = outboxConfigMap(removalNotice(slackChannel, said, aRepository(), now)!);
    change(configMap);
    expect(parseOutbox(configMap, channels)).toMatchObject({ ok: false });
  });
});

const changed = ({ data }: KubeObject, more: object) => ({
  entry: JSON.stringify({ ...(JSON.parse((data as { entry: string }).entry) as object), ...more }),
});
