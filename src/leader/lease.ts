import { label } from '../model/labels.ts';
import { kinds } from '../model/kinds.ts';
import { DURATION_SECONDS } from './decide.ts';
import type { Lease } from './api.ts';

/** In whatever namespace: the role names it, so that no other Lease of the cluster can be written. */
export const LEASE = 'offshoot';

/** Where an Offshoot outside of the cluster has its Lease, if the cluster has none. */
const OUTSIDE = 'default';

/**
 * The Lease that counts. A pod heeds its own namespace alone: a Lease that somebody made elsewhere keeps nobody away. Who runs outside
 * of the cluster, on a laptop, heeds that of the cluster's Offshoot, wherever it lies.
 */
export function theLease(
  leases: readonly Lease[],
  podNamespace: string | undefined,
): { namespace: string; lease: Lease | undefined } {
  const [lease] = leases
    .filter(({ metadata }) => podNamespace === undefined || metadata.namespace === podNamespace)
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  return { namespace: lease?.metadata.namespace ?? podNamespace ?? OUTSIDE, lease };
}

const rank = ({ metadata: { namespace, creationTimestamp } }: Lease) =>
  `${namespace === OUTSIDE ? 1 : 0} ${creationTimestamp} ${namespace}`;

/** A Lease that nobody held before. */
export const newLease = (namespace: string, holder: string, now: Date): Lease => ({
  apiVersion: kinds.Lease.apiVersion,
  kind: kinds.Lease.kind,
  metadata: { name: LEASE, namespace, labels: { [label.managedBy]: 'offshoot' } },
  spec: { ...held(holder, now), acquireTime: micro(now), leaseTransitions: 0 },
});

/** A merge patch of exactly the Lease that was seen. */
export const renewed = (seen: Lease, holder: string, now: Date) => ({
  ...pinned(seen),
  spec: held(holder, now),
});

export const taken = (seen: Lease, holder: string, now: Date) => ({
  ...pinned(seen),
  spec: {
    ...held(holder, now),
    acquireTime: micro(now),
    leaseTransitions: (seen.spec?.leaseTransitions ?? 0) + 1,
  },
});

const held = (holder: string, now: Date) => ({
  holderIdentity: holder,
  leaseDurationSeconds: DURATION_SECONDS,
  renewTime: micro(now),
});

const pinned = ({ metadata: { uid, resourceVersion } }: Lease) => ({ metadata: { uid, resourceVersion } });

/** A MicroTime, which has six digits behind the point, and no fewer. */
const micro = (now: Date) => now.toISOString().replace('Z', '000Z');
