/** Why a delivery is not taken, as it is logged; what its sender gets to read tells strangers nothing. */
const KINDS = {
  'no signature': { statusCode: 401, outcome: 'refused' },
  'no webhook secret configured': { statusCode: 401, outcome: 'refused' },
  'signature mismatch': { statusCode: 401, outcome: 'refused' },
  'too large': { statusCode: 413, outcome: 'too large' },
  'broken off': { statusCode: 400, outcome: 'broken off' },
  'no room': { statusCode: 503, outcome: 'no room' },
  'the key cannot be read': { statusCode: 503, outcome: 'key not readable' },
} as const;

const SENTENCES = {
  400: 'The body is incomplete.',
  401: 'Signature mismatch.',
  413: 'The body is larger than 25 MiB.',
  503: 'Not accepted; please redeliver. Offshoot also lists all branches periodically.',
} as const;

export type Why = keyof typeof KINDS;

/** The end of a request of which nobody knows who sent it. It is counted, and the rest of its body is not read. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly why: Why;

  constructor(why: Why, options?: ErrorOptions) {
    super(SENTENCES[KINDS[why].statusCode], options);
    this.why = why;
  }

  get statusCode() {
    return KINDS[this.why].statusCode;
  }

  /** In a word, for the metrics. */
  get outcome() {
    return KINDS[this.why].outcome;
  }

  get headers(): Record<string, string> {
    return { connection: 'close', ...(this.statusCode === 503 && { 'retry-after': '10' }) };
  }
}

export const refusal = (why: Why, cause?: unknown) => new Refusal(why, { cause });
