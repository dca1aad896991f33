import { describe, expect, test } from 'vitest';
import { rightful, whoseHost } from '../../src/plan/urls/owner.ts';
import { aPreview, aRawDagRepository, aSpec } from '../support/builders.ts';
import type { KubeObject } from '../../src/model/object.ts';

const one = (name: string, base: unknown, hour: number, namespace = 'offshoot'): KubeObject => {
  const object = aRawDagRepository({ ...aSpec(), url: { base } }, name);
  return {
    ...object,
    metadata: { ...object.metadata, namespace, creationTimestamp: `2026-11-20T0${hour}:00:00Z` },
  };
};
const A = 'https://a.example.com';

describe('a host', () => {
  const owner = (...list: KubeObject[]) => whoseHost(list)(A)?.metadata.name;

  test('belongs to the oldest, in whatever namespace', () => {
    expect(owner(one('young', A, 2), one('old', A, 1, 'elsewhere'), one('other', 'https://b', 0))).toBe(
      'old',
    );
  });

  test('of two of the same second, to the first by namespace and name', () => {
    expect(owner(one('b', A, 1), one('a', A, 1), one('0', A, 1, 'z'))).toBe('a');
  });

  test.each([
    'https://A.example.com',
    'https://a.example.com:443',
    'http://a.example.com',
    'http://a.example.com:8081',
    'https://a.example.com.',
  ])('F7: is the same as that of %s', (base) => {
    expect(owner(one('young', A, 2), one('old', base, 1))).toBe('old');
  });

  test.each(['https://b.example.com', 'https://x.a.example.com', '', 7, undefined])(
    'is another than that of %s',
    (base) => expect(owner(one('young', A, 2), one('old', base, 1))).toBe('young'),
  );

  test('that nobody names is nobody’s', () => {
    expect(whoseHost([one('other', 'https://b', 0), one('wrong', 7, 0)])(A)).toBeUndefined();
    expect(whoseHost([one('wrong', 7, 0)])(undefined)).toBeUndefined();
  });
});

describe('the previews that are served', () => {
  const preview = (repository: string, url: string | undefined, namespace = 'offshoot') =>
    aPreview({ repository, namespace, uid: `${namespace}/${repository}`, status: url ? { url } : {} });
  const served = (previews: ReturnType<typeof preview>[], repositories: KubeObject[]) =>
    rightful(previews, repositories).map(({ preview: { metadata } }) => metadata.uid);
  const own = preview('team', `${A}/feature/hardy`);

  test('F7: of two repositories on one host are the owner’s, however the other came by its URL', () => {
    const list = [one('team', A, 1), one('evil', 'http://a.example.com:8081', 2, 'aaa')];
    const written = preview('evil', `http://a.example.com/feature/hardy/api`, 'aaa');
    expect(served([written, own], list)).toEqual(['offshoot/team']);
    expect(served([preview('team', own.status?.url, 'aaa'), own], list)).toEqual(['offshoot/team']);
  });

  test('F7: keep the host that their repository had before, unless it is another’s by now', () => {
    const moved = one('team', 'https://new.example.com', 1);
    expect(served([own], [moved])).toEqual(['offshoot/team']);
    expect(served([own], [moved, one('evil', A, 2)])).toEqual([]);
    const squatter = preview('evil', `${A}/x`);
    const evil = one('evil', 'https://evil.example.com', 2);
    expect(served([squatter, own], [moved, evil])).toEqual(['offshoot/team']);
  });

  test('are none without a repository, or without a URL that leads to a host', () => {
    expect(served([own], [])).toEqual([]);
    for (const url of [undefined, 'nonsense', 'javascript:alert(1)'])
      expect(served([preview('team', url)], [one('team', A, 1)])).toEqual([]);
  });
});
