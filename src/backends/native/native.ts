import { kinds } from '../../model/kinds.ts';
import { createNativeBackend } from './backend.ts';
import { KEYS } from './keys.ts';
import { AIRFLOW, PARTS } from './parts.ts';
import { render } from './render.ts';
import { WRITABLE } from './settings.ts';
import type { Airflows } from '../../airflow/api.ts';
import type { BackendKind } from '../api.ts';

/** Offshoot's own Airflow: one pod for it, one for its database. */
export const native = (airflows: Airflows): BackendKind => ({
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
  writable: WRITABLE,
  partsIn: (container) =>
    container === AIRFLOW // all of them together, named like their pod
      ? [...new Set(airflows.dialects.flatMap(({ parts }) => parts.map(({ name }) => name)))]
      : undefined,
  render: (design) => render(design, airflows.dialectOf(design.airflow.version)),
  create: (tools) => createNativeBackend(tools, airflows),
});
