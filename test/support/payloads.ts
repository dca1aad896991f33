import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../webhooks/payloads/', import.meta.url);

/** The recorded payloads of `webhooks/payloads`, by file name without `.json`, as the bytes that are signed. */
export const payloads: Record<string, Buffer> = Object.fromEntries(
  readdirSync(folder).map((file) => [file.replace(/\.json$/, ''), readFileSync(new URL(file, folder))]),
);

export function payload(name: string): Buffer {
  const found = payloads[name];
  if (!found) throw new Error(`webhooks/payloads has no ${name}.json`);
  return found;
}

/** The GitHub event that a payload's file name begins with. */
export const eventOf = (name: string) => name.split('-')[0] ?? '';
