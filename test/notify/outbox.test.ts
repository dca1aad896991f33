import { describe, expect, test } from 'vitest';
import { outboxConfigMap, parseOutbox, removalNotice } from '../../src/notify/outbox.ts';
import { aPreview, aRepository, ready } from './a-preview.ts';

const now = new Date('2026-11-21T00:00:00Z');
const posted = { channel: 'C0DEMO1', ts: '1.000001' };
const uid = '0c2b9bd2-6f0c-4e6e-9f0a-4b8f5a1c7d10';
const said = aPreview(ready, { uid, status: { notices: { slack: { ...posted, hash: 'x' } } } });

describe('the outbox', () => {
  test('holds what is left to say, beside the DagRepository, and reads back as it was', () => {
    const entry = removalNotice(said, aRepository(), now)!;
    expect(entry).toMatchObject({
      name: `offshoot-outbox-${uid}`,
      namespace: 'offshoot',
      previewUid: uid,
      announcement: { state: 'removed', repository: 'dags', branch: 'feature/hardy' },
      posted,
      slack: { channel: 'C0DEMO1', secretName: 'slack' },
    });
    const configMap = outboxConfigMap(entry);
    expect(configMap.metadata.labels).not.toHaveProperty(['offshoot.dev/preview-uid']);
    configMap.metadata.uid = 'uid-of-config-map';
    expect(parseOutbox(configMap)).toEqual({ ok: true, entry: { ...entry, uid: 'uid-of-config-map' } });
  });

  test('holds nothing where nobody is to be told, or nothing was ever said of a branch nobody saw', () => {
    expect(removalNotice(said, undefined, now)).toBeUndefined();
    expect(removalNotice(said, aRepository(''), now)).toBeUndefined();
    expect(removalNotice(aPreview({}, { status: { branch: {} } }), aRepository(), now)).toBeUndefined();
  });

  test.for([
    ['the name of another preview’s entry', 'offshoot-outbox-0c2b9bd2-6f0c-4e6e-9f0a-4b8f5a1c7d11', uid],
    ['a name of its own', 'mine', uid],
    ['no uid', 'offshoot-outbox-x', 'x'],
  ])('F14: a ConfigMap with %s is refused', ([, name, previewUid]) => {
    const configMap = outboxConfigMap({
      ...removalNotice(said, aRepository(), now)!,
      previewUid: previewUid!,
    });
    configMap.metadata.name = name!;
    expect(parseOutbox(configMap)).toMatchObject({ ok: false });
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
    const metadata = { name: 'odd', namespace: 'offshoot', uid: 'u' };
    const read = parseOutbox({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    expect(read.ok).toBe(false);
    expect(!read.ok && read.message).toContain('ConfigMap offshoot/odd');
  });
});
