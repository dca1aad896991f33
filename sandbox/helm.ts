import { cacheFolder } from './base/folders.ts';
import { ensureHelm as ensure } from './build/ensure-binaries.ts';

/** Path of a Helm of a pinned version; built on the first call, which takes minutes. */
export function ensureHelm(log: (line: string) => void = () => undefined): Promise<string> {
  return ensure({ cache: cacheFolder(), log });
}
