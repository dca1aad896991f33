import { expect, test } from 'vitest';
import { ownerOfBase } from '../../src/plan/urls/owner.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';
import type { KubeObject } from '../../src/model/object.ts';

const one = (name: string, base: unknown, hour: number, namespace = 'offshoot'): KubeObject => {
  const object = aRawDagRepository({ ...aSpec(), url: { base } }, name);
  return {
    ...object,
    metadata: { ...object.metadata, namespace, creationTimestamp: `2026-11-20T0${hour}:00:00Z` },
  };
};
const A = 'https://a.example.com';
const owner = (...list: KubeObject[]) => ownerOfBase(A, list)?.metadata.name;

test('the oldest has it, in whatever namespace', () => {
  expect(owner(one('young', A, 2), one('old', A, 1, 'elsewhere'), one('other', 'https://b', 0))).toBe('old');
});

test('of the same second, namespace and name decide', () => {
  expect(owner(one('b', A, 1), one('a', A, 1), one('0', A, 1, 'z'))).toBe('a');
});

test.each(['https://A.example.com', 'https://a.example.com:443', 'https://a.example.com'])(
  '%s is the same base',
  (base) => expect(owner(one('young', A, 2), one('old', base, 1))).toBe('old'),
);

test.each(['http://a.example.com', 'https://a.example.com:8443', 'https://b.example.com', '', 7, undefined])(
  '%s is another',
  (base) => expect(owner(one('young', A, 2), one('old', base, 1))).toBe('young'),
);
