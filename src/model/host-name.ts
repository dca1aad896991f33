/**
 * The host that a URL leads to, by name alone and in the one way to write it: lower case, an address in its usual form, without port
 * and without a dot at its end. undefined for what leads to no host.
 */
export function hostNameOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.toLowerCase().replace(/\.+$/, '') || undefined;
}
