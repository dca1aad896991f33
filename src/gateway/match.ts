/**
 * The destination whose prefix is made of the path's first whole segments; none, if several are: no URL that is granted lies below
 * another, and of two hosts that were asked for by an address, neither may take the other's place. Segments are compared by the bytes
 * they stand for, so it does not matter how a browser writes `%c3` or `%7E`; an encoded slash never separates segments, and
 * letters keep their case. A path that could be read as climbing (`..`, however written) belongs to nobody.
 */
export function match<D extends { prefix: string }>(destinations: Iterable<D>, path: string): D | undefined {
  const asked = segments(path);
  if (!asked || climbs(path)) return undefined;
  const found = [...destinations].filter(({ prefix }) => {
    const wanted = segments(prefix);
    return wanted && !wanted.includes('') && wanted.every((segment, at) => segment === asked[at]);
  });
  return found.length === 1 ? found[0] : undefined;
}

/** The path's segments as bytes (one character each); undefined for what is no absolute path. */
function segments(path: string): string[] | undefined {
  return path.startsWith('/') ? path.slice(1).split('/').map(bytes) : undefined;
}

const bytes = (text: string) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const climbs = (path: string) => bytes(path).split(/[/\\]/).includes('..');
