/**
 * The destination with the longest prefix that is made of the path's first whole segments. Segments are compared by the bytes
 * they stand for, so it does not matter how a browser writes `%c3` or `%7E`; an encoded slash never separates segments, and
 * letters keep their case. A path that could be read as climbing (`..`, however written) belongs to nobody.
 */
export function match<D extends { prefix: string }>(destinations: Iterable<D>, path: string): D | undefined {
  const asked = segments(path);
  if (!asked || climbs(path)) return undefined;
  let best: D | undefined;
  let length = 0;
  for (const destination of destinations) {
    const wanted = segments(destination.prefix);
    if (!wanted || wanted.includes('') || wanted.length <= length) continue;
    if (!wanted.every((segment, at) => segment === asked[at])) continue;
    best = destination;
    length = wanted.length;
  }
  return best;
}

/** The path's segments as bytes (one character each); undefined for what is no absolute path. */
function segments(path: string): string[] | undefined {
  return path.startsWith('/') ? path.slice(1).split('/').map(bytes) : undefined;
}

const bytes = (text: string) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const climbs = (path: string) => bytes(path).split(/[/\\]/).includes('..');
