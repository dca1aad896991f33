import { setTimeout as sleep } from 'node:timers/promises';
import { describeIdentity, leftOver } from './left-over.ts';
import { snapshot, type Identity } from './snapshot.ts';

const QUIET_MS = 3_000;

/**
 * A snapshot of a cluster that has come to rest. One that has just come up makes objects of its own for a while, the
 * Lease of a node as late as ten seconds after the node is ready: they must not look like somebody's left-overs.
 */
export async function settledSnapshot(
  kubeconfigFile: string,
  signal: AbortSignal,
): Promise<readonly Identity[]> {
  let last = await snapshot(kubeconfigFile);
  for (;;) {
    await sleep(QUIET_MS, undefined, { signal });
    const now = await snapshot(kubeconfigFile);
    const changed = [...leftOver(last, now), ...leftOver(now, last)];
    const leaseless = nodesWithoutLease(now);
    if (changed.length === 0 && leaseless.length === 0) return now;
    if (signal.aborted) {
      throw new Error(`still changing: ${[...changed, ...leaseless].map(describeIdentity).join(', ')}`);
    }
    last = now;
  }
}

export function nodesWithoutLease(identities: readonly Identity[]): readonly Identity[] {
  const leased = identities.filter(
    ({ resource, namespace }) => resource === 'leases.coordination.k8s.io' && namespace === 'kube-node-lease',
  );
  return identities.filter(
    ({ resource, name }) => resource === 'nodes' && !leased.some((lease) => lease.name === name),
  );
}
