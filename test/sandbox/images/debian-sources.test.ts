import { expect, it } from 'vitest';
import { sourceLines } from '../../../sandbox/images/build/debian-sources.ts';

it("takes this machine's own addresses of the images' Debian release, and no other repository", () => {
  const targets = [
    'Packages|Debian|http://mirror.example/debian/|bookworm|main',
    'DEP-11|Debian|http://mirror.example/debian/|bookworm|main',
    'Packages|Debian|http://mirror.example/debian/|bookworm|contrib',
    'Packages|Debian|http://mirror.example/security/|bookworm-security|main',
    'Packages|Debian|http://mirror.example/debian/|trixie|main',
    'Packages|Other|http://other.example/|bookworm|main',
  ];
  expect(sourceLines(targets.join('\n'))).toEqual([
    'deb http://mirror.example/debian/ bookworm main',
    'deb http://mirror.example/security/ bookworm-security main',
  ]);
});

it('leaves the choice to mmdebstrap on a machine of another release', () => {
  expect(sourceLines('Packages|Ubuntu|http://mirror.example/ubuntu/|noble|main')).toEqual([]);
  expect(sourceLines('Packages|Debian|http://mirror.example/s/|bookworm-security|main')).toEqual([]);
});
