/** Says every 15 s that `what` still goes on, for how long, and how long it usually takes: a silent build looks hung. */
export async function withProgress<T>(
  { what, usualSeconds, log }: { what: string; usualSeconds: number; log: (line: string) => void },
  work: () => Promise<T>,
): Promise<T> {
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  log(`${what} (usually ${duration(usualSeconds)} on two cores)`);
  const timer = setInterval(() => {
    log(`${what}: ${seconds()} s so far, usually ${duration(usualSeconds)}`);
  }, 15_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

export function duration(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
