/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const [low, high] = [Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2)];
  return (sorted[low]! + sorted[high]!) / 2;
}

/** The smallest value that at least this share (0 to 1) of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('cannot take the median of no values');
  return values.toSorted((a, b) => a - b);
}
