import { createHash } from 'node:crypto';

/** Characters of the longest branch that gets a preview; git itself allows a few thousand bytes. */
export const LONGEST_BRANCH = 1_000;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const MAX_LABEL = 63;
const HASH = 10;
const REPOSITORY = 20;

/**
 * The name of a branch's Preview and of its namespace: `<repository>-<branch slug>-<10 base32 characters>`.
 * A legal DNS label of at most 63 characters, the same for ever; two branches, however alike, never share one
 * (50 bits over namespace, DagRepository and exact branch).
 */
export function previewName(namespace: string, repository: string, branch: string): string {
  const head = slug(repository).slice(0, REPOSITORY).replace(/-+$/, '');
  const room = MAX_LABEL - HASH - 1 - (head ? head.length + 1 : 0) - 1;
  const middle = slug(branch).slice(0, room).replace(/-+$/, '');
  return [head || 'r', middle, branchHash(namespace, repository, branch)].filter(Boolean).join('-');
}

/** Ten base32 characters that stand for exactly this branch of this DagRepository. */
export function branchHash(namespace: string, repository: string, branch: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([namespace, repository, branch]))
    .digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < HASH; i++) {
    text += BASE32[Number(bits & 31n)];
    bits >>= 5n;
  }
  return text;
}

/** Lower-case letters, digits and single dashes, as a label value or a part of a DNS label may hold them. May be empty. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** A legal label value that reminds of `text`; the exact text belongs into an annotation. */
export const labelValue = (text: string) => slug(text).slice(0, MAX_LABEL).replace(/-+$/, '');
