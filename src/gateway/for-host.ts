import { isIPv4 } from 'node:net';

/**
 * Those of the host that was asked for, by its name. A literal address or localhost, as a port-forward has it, may mean any:
 * no name of a stranger's can be made to lead there. Any other name is nobody's (undefined): else whoever has a web page could point a
 * name of his own at the gateway, and his page's scripts would be at home in every preview.
 */
export function forHost<T extends { host: string }>(
  all: readonly T[],
  name: string,
  isKnown: boolean,
): readonly T[] | undefined {
  const its = all.filter(({ host }) => host === name);
  if (isKnown || its.length > 0) return its;
  return isLocal(name) ? all : undefined;
}

/** Is this the name of a host that nobody can claim by DNS? */
export const isLocal = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || name.startsWith('[') || isIPv4(name);
