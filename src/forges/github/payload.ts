const FIELD = 'payload=';

/**
 * The JSON of a delivery: its body, or the field `payload` of a form, which is GitHub's own default. No JSON begins like that field, so what
 * came decides, not what a header says of it. Undefined: such a form, and not well formed.
 */
export function jsonOf(body: Buffer): Buffer | undefined {
  if (body.toString('latin1', 0, FIELD.length) !== FIELD) return body;
  const end = body.indexOf('&');
  const escaped = body.toString('utf8', FIELD.length, end < 0 ? body.length : end);
  try {
    return Buffer.from(decodeURIComponent(escaped.replaceAll('+', ' ')));
  } catch {
    return undefined;
  }
}
