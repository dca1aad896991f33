import { annotation } from '../model/labels.ts';
import type { Preview } from '../model/preview.ts';
import type { Observed } from '../observe/api.ts';
import type { Wake } from './api.ts';

/** Pure: the head that git-sync has yet to fetch, as far as is known; undefined once it has it. */
export function wakeFor({ metadata, status }: Preview, { checkout }: Observed): Wake | undefined {
  const head = status?.branch?.head;
  const synced = metadata.annotations?.[annotation.synced];
  if (!head || head === synced) return undefined;
  return { head, pushed: synced !== undefined, checkout };
}
