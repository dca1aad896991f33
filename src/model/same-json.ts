import { isDeepStrictEqual } from 'node:util';

/** Equal as JSON: absent and undefined are the same. */
export const sameJson = (one: unknown, other: unknown) => isDeepStrictEqual(plain(one), plain(other));

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
