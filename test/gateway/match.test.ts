import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { match } from '../../src/gateway/match.ts';

const prefixes = ['/feature/hardy', '/feature/other', '/feature/h%C3%A9', '/a~b'];
const destinations = prefixes.map((prefix) => ({ prefix }));
const found = (path: string) => match(destinations, path)?.prefix;

describe('match', () => {
  test.each([
    ['/feature/hardy', '/feature/hardy'],
    ['/feature/hardy/', '/feature/hardy'],
    ['/feature/hardy/api/v2/version', '/feature/hardy'],
    ['/feature/hardy//x', '/feature/hardy'],
    ['/feature/hardy/sub', '/feature/hardy'],
    ['/feature/hardy/dags/a%2Fb', '/feature/hardy'],
    ['/feature/hardy/%ff%zz%', '/feature/hardy'],
    ['/feature/hardy/..a/a..b/...', '/feature/hardy'],
    ['/feature/h%c3%a9/x', '/feature/h%C3%A9'],
    ['/feature/h\u00c3\u00a9/x', '/feature/h%C3%A9'],
    ['/feature/%68ardy/x', '/feature/hardy'],
    ['/a%7eb', '/a~b'],
  ])('%s belongs to %s', (path, prefix) => expect(found(path)).toBe(prefix));

  test.each([
    '',
    '/',
    '*',
    '//',
    '/feature',
    '/feature/',
    '/feature/hardy2',
    '/feature/hard',
    '/Feature/hardy',
    '/feature/Hardy',
    '/feature%2Fhardy',
    '/feature%2fhardy/x',
    '//feature/hardy',
    '/feature//hardy',
    '/./feature/hardy',
    '/feature/hardy;x',
    '/feature/hardy%00',
    '/feature/hardy\\x',
    'http://evil.example/feature/hardy',
    '/feature/hardy/../other',
    '/feature/hardy/%2e%2e/other',
    '/feature/hardy/%2E./other',
    '/feature/hardy/..%2fother',
    '/feature/hardy/x%5c..%5cother',
    '/feature/hardy/..\\other',
    '/x/../feature/hardy',
    '/feature/hardy/..',
  ])('%s belongs to nobody', (path) => expect(found(path)).toBeUndefined());

  test('F7: what lies in two previews belongs to neither, as hand-written URLs may have it', () => {
    const nested = [{ prefix: '/feature/hardy' }, { prefix: '/feature/hardy/api' }];
    expect(match(nested, '/feature/hardy/api/v2/dags')).toBeUndefined();
    expect(match(nested, '/feature/hardy/dags')).toEqual({ prefix: '/feature/hardy' });
    expect(match([...destinations, { prefix: '/feature/hardy' }], '/feature/hardy/')).toBeUndefined();
  });

  test('a prefix that is empty or has empty segments takes nothing', () => {
    for (const prefix of ['', '/', '//', '/feature//hardy', '/feature/hardy/'])
      expect(match([{ prefix }], '/feature//hardy/x')).toBeUndefined();
  });

  test('whatever the path, the destination is one whose segments it starts with, and it never climbs out', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'feature',
        'hardy',
        'other',
        'sub',
        '..',
        '.',
        '',
        '%2e%2e',
        '%2f',
        '\\',
        '%5c',
        ';',
        '%252e',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 7 }),
        fc.constantFrom('/', '//', '%2f'),
        (pieces, separator) => {
          const path = `/${pieces.join(separator)}`;
          const prefix = found(path);
          if (prefix === undefined) return true;
          // How the strictest and the laxest reader would resolve the path.
          const resolved = new URL(decodeURIComponentSafe(path), 'http://x').pathname;
          return (
            new URL(`http://x${path}`).pathname.split('/').length > 2 && resolved.startsWith(lax(prefix))
          );
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

const lax = (prefix: string) => new URL(decodeURIComponent(prefix), 'http://x').pathname;

function decodeURIComponentSafe(path: string) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
