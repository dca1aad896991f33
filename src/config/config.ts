import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Config } from './api.ts';

const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'must be HOST:PORT, such as 127.0.0.1:8080')
  .refine(
    (text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535,
    'must be HOST:PORT, with a port up to 65535',
  )
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  });

const isAddress = (text: string) => isIP(text) > 0 || ipaddr.isValidCIDR(text);

const addresses = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine(
    (list) => list.every(isAddress),
    'must be addresses and ranges, with commas between, such as 10.0.0.0/8,192.0.2.7',
  );

const httpUrl = z.url({ protocol: /^https?$/ });

const schema = z.object({
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  reach: z.enum(['direct', 'port-forward']).default('direct'),
  webhookListen: listen.prefault('127.0.0.1:8080'),
  /** Whoever reaches the gateway is admin of the previews behind it, so by default only this machine does. */
  gatewayListen: listen.prefault('127.0.0.1:8081'),
  metricsListen: listen.prefault('127.0.0.1:8082'),
  trustedProxies: addresses.default([]),
  githubWebhookSecret: z
    .string()
    .regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'must be NAMESPACE/NAME of a Secret')
    .transform((text) => ({ namespace: text.split('/')[0] ?? '', name: text.split('/')[1] ?? '' }))
    .optional(),
  slackApiUrl: httpUrl.default('https://slack.com/api/'),
  gitSyncImage: z.string().min(1).default('registry.k8s.io/git-sync/git-sync:v4.4.2'),
  /** Where pods reach the webhook server; without it `status.commit.synced` stays empty. */
  syncedUrl: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  clusterDns: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6()], 'must be IP addresses, separated by commas')))
    .optional(),
  /** The namespace that Offshoot's own pod runs in; previews' NetworkPolicies let that pod in. */
  podNamespace: z.string().min(1).optional(),
  /** The name of Offshoot's own pod. */
  podName: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'must be the name of a pod')
    .optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

const complete: (read: z.output<typeof schema>) => Config = (read) => Object.freeze(read);

/** The environment variable of each setting; a flag of the same name is stronger. */
export const variables: Record<keyof Config, string> = {
  kubeconfig: 'KUBECONFIG',
  context: 'OFFSHOOT_CONTEXT',
  reach: 'OFFSHOOT_REACH',
  webhookListen: 'OFFSHOOT_WEBHOOK_LISTEN',
  gatewayListen: 'OFFSHOOT_GATEWAY_LISTEN',
  metricsListen: 'OFFSHOOT_METRICS_LISTEN',
  trustedProxies: 'OFFSHOOT_TRUSTED_PROXIES',
  githubWebhookSecret: 'OFFSHOOT_GITHUB_WEBHOOK_SECRET',
  slackApiUrl: 'OFFSHOOT_SLACK_API_URL',
  gitSyncImage: 'OFFSHOOT_GIT_SYNC_IMAGE',
  syncedUrl: 'OFFSHOOT_SYNCED_URL',
  clusterDns: 'OFFSHOOT_CLUSTER_DNS',
  podNamespace: 'OFFSHOOT_POD_NAMESPACE',
  podName: 'OFFSHOOT_POD_NAME',
  logLevel: 'OFFSHOOT_LOG_LEVEL',
};

/** Throws an Error whose message names each wrong setting by its variable. */
export function readConfig(
  environment: Record<string, string | undefined>,
  flags: Record<string, string | undefined>,
): Config {
  const given = Object.entries(variables).map(([key, variable]) => [
    key,
    flags[key] ?? (environment[variable] || undefined),
  ]);
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return complete(read.data);
  const lines = read.error.issues.map(
    ({ path, message }) => `${variables[path[0] as keyof Config]}: ${message}`,
  );
  throw new Error(`Offshoot cannot start with these settings:\n  ${lines.join('\n  ')}`);
}
