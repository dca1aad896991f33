import { kinds } from '../../model/kinds.ts';
import { createNativeBackend } from './backend.ts';
import { KEYS } from './keys.ts';
import { AIRFLOW, PARTS } from './parts.ts';
import { render } from './render.ts';
import type { Dialect } from '../../airflow/api.ts';
import type { BackendKind } from '../api.ts';

/** The generations of Airflow that there are. */
interface Airflows {
  dialects: readonly Dialect[];
  dialectOf(version: string): Dialect;
}

/** Offshoot's own Airflow: one pod for it, one for its database. */
export const native = ({ dialects, dialectOf }: Airflows): BackendKind => ({
  watches: {
    kinds: [
      kinds.ConfigMap,
      kinds.ServiceAccount,
      kinds.ResourceQuota,
      kinds.LimitRange,
      kinds.NetworkPolicy,
      kinds.RoleBinding,
      kinds.Deployment,
    ],
    parts: PARTS,
  },
  secrets: {
    signing: { name: KEYS, key: 'jwt-secret' },
    synced: { name: KEYS, key: 'synced-token' },
  },
  partsIn: (container) =>
    container === AIRFLOW // all of them together, named like their pod
      ? [...new Set(dialects.flatMap(({ parts }) => parts.map(({ name }) => name)))]
      : undefined,
  render: (design) => render(design, dialectOf(design.airflow.version)),
  create: (tools) => createNativeBackend(tools, dialectOf),
});
