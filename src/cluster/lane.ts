import { ClusterError } from './errors.ts';
import { type Call, type Transport, what } from './transport.ts';

export interface Lanes {
  /** Waits for nobody. */
  interactive: Transport;
  /** At most `width` requests at a time, in order. While many interactive ones come: one, and then a pause as long as it took. */
  background: Transport;
}

/** So many interactive writes within a second are many. */
const MANY = 5;

/**
 * A hundred writes at once are no sooner done than ten at a time, but whoever asks the API server meanwhile waits for all of them. Watches
 * stay for good and are not counted. Whether a background write may be sent is asked at the last moment, when it has waited for its turn.
 */
export function createLanes(
  transport: Transport,
  width: number,
  mayWrite: () => boolean = () => true,
): Lanes {
  const waiting: (() => void)[] = [];
  let busy = 0;
  let lately = 0;

  function admit(): void {
    while (waiting.length > 0 && busy < (lately < MANY ? width : 1)) {
      busy += 1;
      waiting.shift()!();
    }
  }

  return {
    interactive: {
      ...transport,
      async send(call, timeoutMs) {
        // A read makes nobody hurry: strangers can cause one by a wrong signature, and whoever sent it gains nothing by our haste.
        if (call.method !== 'GET') {
          lately += 1;
          setTimeout(() => ((lately -= 1), admit()), 1_000).unref();
        }
        return transport.send(call, timeoutMs);
      },
    },
    background: {
      ...transport,
      async send(call, timeoutMs) {
        await new Promise<void>((go) => (waiting.push(go), admit()));
        const from = performance.now();
        const leave = () => ((busy -= 1), admit());
        const sent = call.method === 'GET' || mayWrite() ? transport.send(call, timeoutMs) : refused(call);
        return sent.finally(() => {
          if (lately < MANY) leave();
          else setTimeout(leave, performance.now() - from);
        });
      },
    },
  };
}

const refused = (call: Call): Promise<never> =>
  Promise.reject(
    new ClusterError('NotLeading', `${what(call)}: not sent, because another Offshoot may be leading by now`),
  );
