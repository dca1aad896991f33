import type { Binaries } from '../build/ensure-binaries.ts';
import type { StateFile } from '../cluster/state.ts';
export async function startNode(_s: StateFile, _b: Binaries, _l: (line: string) => void): Promise<void> {
  throw new Error('not yet');
}
