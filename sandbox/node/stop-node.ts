import type { Paths, SandboxState } from '../cluster/state.ts';
export async function stopNode(_p: Paths, _s: SandboxState, _l: (line: string) => void): Promise<void> {
  throw new Error('not yet');
}
