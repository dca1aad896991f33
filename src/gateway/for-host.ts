/**
 * The destinations of the host that was asked for: two DagRepositories with hosts of their own may have a branch of one name each.
 * Whoever comes by another name (a port-forward, an address) may mean any.
 */
export function forHost<D extends { host?: string }>(
  destinations: readonly D[],
  host: string | undefined,
): readonly D[] {
  const its = destinations.filter((one) => one.host === host?.toLowerCase());
  return host && its.length > 0 ? its : destinations;
}
