/** Offshoot's settings, read once and frozen. What each one means is said in the schema (config.ts). */
export interface Config {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly reach: 'direct' | 'port-forward';
  readonly webhookListen: Address;
  readonly gatewayListen: Address;
  readonly metricsListen: Address;
  readonly trustedProxies: readonly string[];
  readonly githubWebhookSecret?: { namespace: string; name: string } | undefined;
  readonly slackApiUrl: string;
  readonly gitSyncImage: string;
  /** Without a slash at its end. */
  readonly syncedUrl?: string | undefined;
  readonly clusterDns?: readonly string[] | undefined;
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly noProxy?: string | undefined;
  readonly userIds: 'own' | 'assigned';
  readonly podNamespace?: string | undefined;
  readonly podName?: string | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
}

export interface Address {
  host: string;
  port: number;
}
