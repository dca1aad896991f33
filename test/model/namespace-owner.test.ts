import { expect, test } from 'vitest';
import { namespace as render } from '../../src/backends/shared/namespace.ts';
import { annotation, label } from '../../src/model/labels.ts';
import { orphanOf, ownerOfNamespace, whoseNamespace } from '../../src/model/namespace-owner.ts';
import { aDesign } from '../support/builders.ts';
import type { KubeObject } from '../../src/model/object.ts';

const UID = 'b1c7a0e2-0000-4000-8000-000000000001';
const DAGS = { namespace: 'offshoot', name: 'dags' };
const rendered = render(aDesign());
const NAME = rendered.metadata.name;
const OWNER = { repository: DAGS, branch: 'feature/hardy', preview: { name: NAME, uid: UID } };

/** As rendered, but for what somebody took away or wrote over. */
function changed(
  parts: {
    name?: string;
    labels?: Record<string, string | undefined>;
    annotations?: Record<string, string | undefined>;
  } = {},
): KubeObject {
  const over = (was: Record<string, string> = {}, now: Record<string, string | undefined> = {}) =>
    Object.fromEntries(
      Object.entries({ ...was, ...now }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
  const { metadata } = rendered;
  return {
    ...rendered,
    metadata: {
      ...metadata,
      name: parts.name ?? NAME,
      uid: 'of-the-namespace',
      labels: over(metadata.labels, parts.labels),
      annotations: over(metadata.annotations, parts.annotations),
    },
  };
}

const withoutLabels = { [label.previewUid]: undefined, [label.managedBy]: undefined };
/** As versions before the annotations made it. */
const ofOld = {
  [annotation.repository]: undefined,
  [annotation.preview]: undefined,
  [annotation.previewUid]: undefined,
};
const none = { ...ofOld, [annotation.branch]: undefined };

test.each<[what: string, namespace: KubeObject, owner: object | undefined]>([
  ['as rendered', changed(), OWNER],
  ['without labels', changed({ labels: withoutLabels }), OWNER],
  ['of another name', changed({ name: 'kube-system' }), undefined],
  ['of another branch', changed({ annotations: { [annotation.branch]: 'main' } }), undefined],
  [
    'of another DagRepository',
    changed({ labels: withoutLabels, annotations: { [annotation.repository]: 'evil/dags' } }),
    undefined,
  ],
  [
    'of a DagRepository that is none',
    changed({ labels: withoutLabels, annotations: { [annotation.repository]: '/' } }),
    undefined,
  ],
  ['whose labels are right', changed({ annotations: { [annotation.repository]: 'evil/dags' } }), OWNER],
  ['without branch', changed({ annotations: { [annotation.branch]: undefined } }), undefined],
  ['without any annotation', changed({ annotations: none }), undefined],
  ['of an older version', changed({ annotations: ofOld }), OWNER],
  [
    'of an older version, managed by somebody else',
    changed({ annotations: ofOld, labels: { [label.managedBy]: 'helm' } }),
    undefined,
  ],
  [
    'of an older version, without label',
    changed({ annotations: ofOld, labels: { [label.previewUid]: undefined } }),
    undefined,
  ],
  [
    'of an older version, of a Preview that a person named',
    changed({ annotations: ofOld, labels: { [label.preview]: 'offshoot-mine' } }),
    undefined,
  ],
])('F9: whose a namespace %s is', (_what, namespace, owner) => {
  expect(ownerOfNamespace(namespace, [{ namespace: 'offshoot', name: 'other' }, DAGS])).toEqual(owner);
});

test('F9: of an older version’s namespace nothing is proven without its DagRepository', () => {
  expect(ownerOfNamespace(changed({ annotations: ofOld }))).toBeUndefined();
});

const dead = (): boolean => false;
const alive = (uid: string): boolean => uid === UID;

test.each<[what: string, namespace: KubeObject, previewUid: string, lives: typeof alive, whose: string]>([
  ['as rendered', changed(), UID, dead, 'ours'],
  ['whose label was taken away', changed({ labels: withoutLabels }), UID, dead, 'ours'],
  ['whose annotations were taken away', changed({ annotations: none }), UID, dead, 'ours'],
  ['of an earlier Preview', changed(), 'anew', dead, 'orphan'],
  ['of an earlier Preview, without label', changed({ labels: withoutLabels }), 'anew', dead, 'orphan'],
  ['of an earlier Preview, by an older version', changed({ annotations: ofOld }), 'anew', dead, 'orphan'],
  ['of another Preview that lives', changed(), 'anew', alive, 'of another preview'],
  ['of nobody who can be proven', changed({ annotations: none }), 'anew', dead, 'of another preview'],
  [
    'without label or annotations',
    changed({ labels: withoutLabels, annotations: none }),
    UID,
    dead,
    'a stranger’s',
  ],
  [
    'with empty marks, for a Preview without uid',
    changed({ labels: { [label.previewUid]: '' }, annotations: { [annotation.previewUid]: '' } }),
    '',
    dead,
    'a stranger’s',
  ],
])('F9: a namespace %s', (_what, namespace, previewUid, lives, whose) => {
  expect(whoseNamespace(namespace, previewUid, DAGS, lives)).toBe(whose);
});

test('F9: an orphan bears a mark and has no Preview; without proof it has no owner', () => {
  const orphan = { name: NAME, uid: 'of-the-namespace', owner: OWNER };
  expect(orphanOf(changed(), [], dead)).toEqual(orphan);
  expect(orphanOf(changed({ labels: withoutLabels }), [], dead)).toEqual(orphan);
  expect(orphanOf(changed({ annotations: none }), [DAGS], dead)).toEqual({ ...orphan, owner: undefined });
  expect(orphanOf(changed({ name: 'team' }), [DAGS], dead)).toEqual({
    name: 'team',
    uid: 'of-the-namespace',
    owner: undefined,
  });
});

test('F9: who is alive by label or by annotation is no orphan, nor is a namespace that bears no mark', () => {
  expect(orphanOf(changed(), [], alive)).toBeUndefined();
  expect(orphanOf(changed({ labels: { [label.previewUid]: 'forged' } }), [], alive)).toBeUndefined();
  expect(
    orphanOf(changed({ annotations: { [annotation.previewUid]: 'forged' } }), [], alive),
  ).toBeUndefined();
  expect(orphanOf(changed({ labels: withoutLabels, annotations: none }), [], dead)).toBeUndefined();
});
