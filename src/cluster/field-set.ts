import { canonical } from './canonical.ts';

/** The first of a set of fields, as Kubernetes writes it (`f:name`, `k:{"name":"item"}`, `v:value`), that the value has: `spec.ports[http].port`. */
export function firstShared(fields: unknown, value: unknown): string | undefined {
  for (const [key, inner] of Object.entries((fields ?? {}) as Record<string, unknown>)) {
    const at = step(key, value);
    if (at === undefined) continue;
    const whole = !Object.keys(inner ?? {}).some((one) => one !== '.');
    const rest = whole ? '' : firstShared(inner, at);
    if (rest !== undefined) return [spelled(key), rest].filter(Boolean).join(rest.startsWith('[') ? '' : '.');
  }
  return undefined;
}

function spelled(key: string): string {
  if (key.startsWith('f:')) return key.slice(2);
  const item: unknown = JSON.parse(key.slice(2));
  if (typeof item !== 'object' || item === null) return `[${JSON.stringify(item).replaceAll('"', '')}]`;
  const first: unknown = 'name' in item ? item.name : Object.values(item)[0];
  return `[${JSON.stringify(first).replaceAll('"', '')}]`;
}

/** Whether a set of fields has every one that the value has. What is owned as a whole has no parts in it. */
export function covers(fields: unknown, value: unknown): boolean {
  const known = Object.entries(fields as Record<string, unknown>);
  if (known.length === 0 || typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value))
    return value.every((item) =>
      known.some(([key, inner]) => step(key, [item]) !== undefined && covers(inner, item)),
    );
  return Object.entries(value).every(
    ([name, part]) =>
      part === undefined || known.some(([key, inner]) => key === `f:${name}` && covers(inner, part)),
  );
}

function step(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (key.startsWith('f:')) return (value as Record<string, unknown>)[key.slice(2)];
  if (!Array.isArray(value) || !/^[kv]:/.test(key)) return undefined;
  const wanted: unknown = JSON.parse(key.slice(2));
  if (key.startsWith('v:')) return value.find((one) => canonical(one) === canonical(wanted)) as unknown;
  const parts = Object.entries(wanted as object);
  return value.find((one: Record<string, unknown>) =>
    // A key may be a default that we did not write, such as a port's protocol.
    parts.every(([name, part]) => one[name] === undefined || one[name] === part),
  ) as unknown;
}
