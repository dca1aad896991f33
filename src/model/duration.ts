const UNIT = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** What a duration field may look like: `90s`, `2m`, `1h30m`. */
export const DURATION = /^([0-9]+(s|m|h))+$/;

/** Milliseconds of a duration such as `1h30m`. Throws a RangeError on anything else. */
export function milliseconds(text: string): number {
  if (!DURATION.test(text)) throw new RangeError(`"${text}" is not a duration such as 90s, 2m or 1h30m`);
  let total = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(s|m|h)/g))
    total += Number(count) * UNIT[unit as keyof typeof UNIT];
  return total;
}
