import { existsSync } from 'node:fs';
import { isAlive } from '../base/process-identity.ts';
import { apiClient } from './api-client.ts';
import type { Paths, SandboxState } from './state.ts';

/** Why a recorded sandbox cannot be used as it is, in one sentence; undefined when it can. */
export async function whatIsWrong(paths: Paths, state: SandboxState): Promise<string | undefined> {
  const dead = Object.entries(state.processes).filter(([, record]) => !isAlive(record));
  if (dead.length > 0) return `${dead.map(([name]) => name).join(', ')} ended`;
  if (!state.ready) return 'it was never brought up completely';
  if (!existsSync(paths.kubeconfig)) return `${paths.kubeconfig} is missing`;
  const api = await apiClient(paths.kubeconfig);
  const { status } = await api('GET', '/readyz');
  if (status !== 200) return `its API server answers ${status || 'nothing'} to /readyz`;
  if (state.size === 'control-plane') return undefined;
  const { body } = await api('GET', '/api/v1/nodes');
  return nodeIsReady(body) ? undefined : 'its node is not Ready';
}

interface NodeList {
  items?: { status?: { conditions?: { type: string; status: string }[] } }[];
}

export function nodeIsReady(body: string): boolean {
  const { items = [] } = JSON.parse(body || '{}') as NodeList;
  const ready = (item: (typeof items)[number]) =>
    item.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return items.length > 0 && items.every(ready);
}
