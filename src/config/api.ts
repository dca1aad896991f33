/** Everything that can be set from outside, read once and frozen. */
export interface Config {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** How Offshoot gets to the previews: by their Services' addresses, or through the API server. */
  readonly reach: 'direct' | 'port-forward';
  readonly webhookListen: Address;
  readonly gatewayListen: Address;
  readonly metricsListen: Address;
  /** Addresses and CIDRs of proxies in front of the gateway, whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  /** The Secret (keys `current`, `previous`) that signs the deliveries of a GitHub App to its one route; undefined: that route is closed. */
  readonly githubWebhookSecret?: { namespace: string; name: string } | undefined;
  readonly slackApiUrl: string;
  readonly gitSyncImage: string;
  /** Where pods reach the webhook server, without a slash at its end; without it `status.commit.synced` stays empty. */
  readonly syncedUrl?: string | undefined;
  /** Where previews may ask for names, beside what Offshoot finds out by itself. */
  readonly clusterDns?: readonly string[] | undefined;
  /** The namespace that Offshoot's own pod runs in; undefined outside the cluster. */
  readonly podNamespace?: string | undefined;
  /** The name of Offshoot's own pod: a process that was started again in it leads at once where the one before led. */
  readonly podName?: string | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
}

export interface Address {
  host: string;
  port: number;
}
