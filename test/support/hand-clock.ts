/** A clock that the test moves, and sleeps that end by it. */
export function aHandClock() {
  let at = 0;
  const sleepers = new Set<{ until: number; end(): void }>();
  return {
    now: () => at,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const end = () => (sleepers.delete(sleeper), resolve());
        const sleeper = { until: at + ms, end };
        sleepers.add(sleeper);
        if (signal.aborted) end();
        signal.addEventListener('abort', end, { once: true });
      }),
    /** Time goes by, and nobody notices: the process was stopped. */
    skip: (ms: number) => void (at += ms),
    /** Time goes by, and whoever slept until then wakes. */
    pass(ms: number) {
      at += ms;
      for (const { until, end } of sleepers) if (until <= at) end();
    },
  };
}
