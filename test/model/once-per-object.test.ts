import { expect, test } from 'vitest';
import { oncePerObject } from '../../src/model/once-per-object.ts';

test('a frozen object is read once, another one and one that may change each time', () => {
  let reads = 0;
  const read = oncePerObject(({ name }: { name: string }) => (reads++, name.toUpperCase()));
  const frozen = Object.freeze({ name: 'a' });
  expect([read(frozen), read(frozen), reads]).toEqual(['A', 'A', 1]);
  expect([read(Object.freeze({ name: 'a' })), reads]).toEqual(['A', 2]);
  const open = { name: 'b' };
  read(open);
  open.name = 'c';
  expect([read(open), reads]).toEqual(['C', 4]);
});
