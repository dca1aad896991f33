import type { Logger } from 'pino';

/** One preview as the gateway knows it. */
export interface Destination {
  /** The host of its URL, with the port if it has one of its own. */
  host?: string;
  /** The path that was granted, percent-encoded, without a slash at its end: `/feature/hardy`. */
  prefix: string;
  repository: string;
  branch: string;
  /** Requests go to `upstream`. While false, people see the waiting page and programs a 503. */
  ready: boolean;
  /** Where its Airflow answers, once known: `http://10.96.3.4:8080`. */
  upstream?: string;
  /** From the reason table; a failure makes the waiting page say so. */
  reason: string;
  message: string;
  steps: readonly Step[];
}

export interface Step {
  name: string;
  done: boolean;
}

export interface GatewayOptions {
  /** The destination a path (without query, byte for byte as it was requested) belongs to; use `match`. */
  find(path: string, host: string | undefined): Destination | undefined;
  /** All destinations, for the page at `/`. */
  index(): readonly Destination[];
  log: Logger;
  /** How long a connection to an Airflow may take to be made. Default 3,000 ms. */
  connectTimeoutMs?: number;
  /** How long an Airflow may think before its first byte. Default 120,000 ms. */
  answerTimeoutMs?: number;
}
