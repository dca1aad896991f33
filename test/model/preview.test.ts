import { expect, test } from 'vitest';
import { annotation } from '../../src/model/labels.ts';
import { LONGEST_BRANCH } from '../../src/model/names.ts';
import { kindOf, kinds } from '../../src/model/kinds.ts';
import { keyOf, keyText, parseKey } from '../../src/model/object.ts';
import { madeByIntake, openMark, readPreview } from '../../src/model/preview.ts';
import { sameJson } from '../../src/model/same-json.ts';
import { aMark, aPreview, HEAD } from '../support/builders.ts';

test('a mark is open until the status says that it was handled', () => {
  const annotations = aMark({ requested: 'T1', expectedHead: HEAD, pusher: 'dana' });
  expect(openMark(aPreview())).toBeUndefined();
  expect(openMark(aPreview({ annotations }))).toEqual({
    requested: 'T1',
    expectedHead: HEAD,
    pusher: 'dana',
  });
  expect(openMark(aPreview({ annotations, status: { branch: { handledCheck: 'T0' } } }))).toBeDefined();
  expect(openMark(aPreview({ annotations, status: { branch: { handledCheck: 'T1' } } }))).toBeUndefined();
  expect(openMark(aPreview({ annotations: { [annotation.expectedHead]: HEAD } }))).toBeUndefined();
});

test('only a Preview that carries the label was made by intake', () => {
  expect(madeByIntake(aPreview())).toBe(true);
  expect(madeByIntake(aPreview({ byHand: true }))).toBe(false);
});

test.each([
  ['no spec', undefined],
  ['no branch', { repositoryRef: { name: 'dags' } }],
  ['an empty branch', { repositoryRef: { name: 'dags' }, branch: '' }],
  [
    'a branch of 1,001 characters',
    { repositoryRef: { name: 'dags' }, branch: 'x'.repeat(LONGEST_BRANCH + 1) },
  ],
  ['no repository', { branch: 'x' }],
])('a Preview with %s cannot be read, and one line says why', (_what, spec) => {
  const result = readPreview({ ...aPreview(), spec });
  expect(result.ok).toBe(false);
  expect(result.ok ? '' : result.message).toMatch(/^✖ .*→ at \w+/);
});

test('a key is read back as it was written', () => {
  const key = keyOf(aPreview({ name: 'a.b-c' }));
  expect(parseKey(keyText(key))).toEqual(key);
});

test('every kind is found by apiVersion and kind, an unknown one is an error that names it', () => {
  for (const kind of Object.values(kinds)) expect(kindOf(kind)).toBe(kind);
  expect(() => kindOf({ apiVersion: 'v1', kind: 'Gadget' })).toThrow('v1 Gadget');
});

test.each([
  [{ a: undefined }, {}, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [undefined, undefined, true],
  [undefined, {}, false],
  [[1, 2], [2, 1], false],
  [{ a: null }, {}, false],
])('%j and %j are the same JSON: %s', (one, other, same) => {
  expect(sameJson(one, other)).toBe(same);
});

test.each(['a\0b', 'a\nb', '\x7f', '\x1f'])(
  'F6: a control character in a branch (%j) makes a Preview unreadable',
  (branch) => {
    expect(readPreview(aPreview({ branch }))).toMatchObject({
      ok: false,
      message: expect.stringContaining('must not contain control characters') as string,
    });
  },
);

test.each(['caf\u00E9', 'a\u0085b', 'x\u2028y', '\u202Egpj.exe', 'a b'])('%j holds none', (branch) => {
  expect(readPreview(aPreview({ branch })).ok).toBe(true);
});
