import type { Logger } from 'pino';
import type { PreviewView } from '../model/preview-view.ts';

/** One preview as the gateway knows it. */
export interface Destination extends Pick<PreviewView, 'repository' | 'branch' | 'steps'> {
  /** The host of its URL, by name alone. */
  host: string;
  /** Scheme, host and port of its URL: `https://airflow.example.com`. */
  origin: string;
  /** The path that was granted, percent-encoded, without a slash at its end: `/feature/hardy`. */
  prefix: string;
  /** The namespace of its Airflow. */
  namespace: string;
  /** Of its Preview. */
  uid: string;
  /** Requests are passed on. While false, people see the waiting page and programs a 503. */
  ready: boolean;
  /** From the reason table; a failure makes the waiting page say so. */
  reason: string;
  message: string;
}

export interface GatewayOptions {
  /** What is served under a host, by its name (use `forHost`); undefined for one that is no DagRepository's. */
  served(host: string): readonly Destination[] | undefined;
  /** Where its Airflow answers, once known: `http://10.96.3.4:8080`. */
  upstreamOf(destination: Destination): string | undefined;
  /** The cookies by which Airflow recognises its users, one for each generation. */
  cookies: readonly string[];
  /** Did this preview's own Airflow issue that token? The text may be anything that a visitor sent. */
  issued(destination: Destination, token: string): Promise<boolean>;
  /** Proxies in front: addresses and CIDRs whose forwarding headers are believed. Default none. */
  trustedProxies?: readonly string[];
  log: Logger;
  /** How long a connection to an Airflow may take to be made. Default 3,000 ms. */
  connectTimeoutMs?: number;
  /** How long an Airflow may think before its first byte. Default 120,000 ms. */
  answerTimeoutMs?: number;
}
