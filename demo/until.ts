import { setTimeout as sleep } from 'node:timers/promises';

/** What one look gave: the thing waited for, or what is there instead. */
export type Look<T> = { readonly done: T } | { readonly yet: string };

export interface Patience {
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

/** Looks until the thing is there. When the signal comes first, the error says what was seen last. */
export async function until<T>(
  what: string,
  look: () => Promise<Look<T>> | Look<T>,
  { signal, everyMs = 200 }: Patience,
): Promise<T> {
  let yet = 'nothing yet';
  for (;;) {
    if (signal.aborted) throw new Error(`waited for ${what}, last seen: ${yet}`);
    const seen = await Promise.resolve()
      .then(look)
      .catch((error: unknown): Look<T> => ({
        yet: error instanceof Error ? describe(error) : String(error),
      }));
    if ('done' in seen) return seen.done;
    yet = seen.yet;
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
