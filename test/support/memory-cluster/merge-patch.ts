type Json = Record<string, unknown>;

/** RFC 7396. */
export function mergePatch(target: unknown, patch: Json): Json {
  const out: Json = { ...(target as Json | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else
      out[key] =
        typeof value === 'object' && !Array.isArray(value) ? mergePatch(out[key], value as Json) : value;
  }
  return out;
}
