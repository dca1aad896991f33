import type { Paths } from '../../cluster/state.ts';
export async function addImages(_p: Paths, _n: readonly string[], _l: (line: string) => void): Promise<void> {
  throw new Error('not yet');
}
