import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Config } from './api.ts';

const listen = z
  .string()
  .regex(
    /^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/,
    'must be HOST:PORT, such as 127.0.0.1:8080, or *:8080 for every address',
  )
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
    'must be IP addresses and CIDRs, separated by commas, such as 10.0.0.0/8,192.0.2.7',
  );

const httpUrl = z.url({ protocol: /^https?$/ });

/** curl and git take a proxy without a scheme, too. Previews get the same one, so there is no place for a password in it. */
const proxyUrl = z
  .string()
  .transform((text) => (text.includes('://') ? text : `http://${text}`))
  .pipe(
    z.url({
      protocol: /^https?$/,
      error: 'must be the URL of an HTTP proxy, such as http://proxy.example.com:3128',
    }),
  )
  .refine((text) => {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'must not contain credentials: every preview gets the same proxy, and its DAGs could read them. Let the proxy trust the cluster’s addresses instead');

/** Each description ends up in `offshoot serve --help` and in the README; the defaults are read from here as well. */
const schema = z.object({
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Kubeconfig file. Without it: the pod’s service account inside a cluster, otherwise the file that kubectl would use.',
    ),
  context: z
    .string()
    .min(1)
    .optional()
    .describe('Context of the kubeconfig. Without it: the current context.'),
  reach: z
    .enum(['direct', 'port-forward'])
    .default('direct')
    .describe(
      'How Offshoot connects to previews. `direct`: to their Service addresses, from inside the cluster or on a node. `port-forward`: through the API server, from anywhere (also bind the roles in `helm/offshoot/outside`).',
    ),
  webhookListen: listen
    .prefault('127.0.0.1:8080')
    .describe(
      'Address of the webhook server, which receives deliveries and git-sync’s reports. `*:8080`, here and in the next two, means every address, IPv4 and IPv6.',
    ),
  gatewayListen: listen
    .prefault('127.0.0.1:8081')
    .describe(
      'Address of the gateway, which serves the previews. There is no sign-in: anyone who can reach it is admin of every preview.',
    ),
  metricsListen: listen
    .prefault('127.0.0.1:8082')
    .describe('Address of `/metrics`, `/healthz` and `/readyz`.'),
  trustedProxies: addresses
    .default([])
    .describe(
      'Proxies in front of the gateway whose `X-Forwarded-Host`, `-Proto` and `-For` headers are trusted: IP addresses and CIDRs, separated by commas.',
    ),
  githubWebhookSecret: z
    .string()
    .regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'must be NAMESPACE/NAME of a Secret')
    .transform((text) => ({ namespace: text.split('/')[0] ?? '', name: text.split('/')[1] ?? '' }))
    .optional()
    .describe(
      'Secret (NAMESPACE/NAME; keys `current` and `previous`) that signs a GitHub App’s deliveries to `POST /webhooks/github`. Without it, that route is closed.',
    ),
  slackApiUrl: httpUrl.default('https://slack.com/api/').describe('Base URL of the Slack Web API.'),
  gitSyncImage: z
    .string()
    .min(1)
    .default('registry.k8s.io/git-sync/git-sync:v4.4.2')
    .describe('Image of git-sync in the previews.'),
  syncedUrl: httpUrl
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'URL at which pods reach the webhook server, so that git-sync can report the commit it has checked out. Without it, the COMMIT column stays empty.',
    ),
  clusterDns: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6()], 'must be IP addresses, separated by commas')))
    .optional()
    .describe(
      'More DNS servers that previews may query: IP addresses, separated by commas. Detected without it: the Service `kube-dns` in `kube-system` and, inside the cluster, the name servers of Offshoot’s own pod.',
    ),
  httpProxy: proxyUrl
    .optional()
    .describe(
      'Proxy for http URLs, for Offshoot and the previews. The lower-case variable is read as well, here and in the next two.',
    ),
  httpsProxy: proxyUrl
    .optional()
    .describe('Proxy for https URLs: git, GitHub, Slack, and whatever DAGs connect to.'),
  noProxy: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Hosts that are reached without the proxy, separated by commas. Previews add the names that they use inside the cluster.',
    ),
  userIds: z
    .enum(['own', 'assigned'])
    .default('own')
    .describe(
      'Users that the pods of previews run as. `own`: those that their images are made for. `assigned`: those that the cluster assigns, as OpenShift does with its security context constraints.',
    ),
  podNamespace: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Namespace of Offshoot’s own pods. Previews accept connections from its pods labelled `offshoot.dev/role: operator`. The chart sets it.',
    ),
  podName: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'must be the name of a pod')
    .optional()
    .describe(
      'Name of Offshoot’s own pod. After a restart under the same name, Offshoot leads again at once. The chart sets it.',
    ),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Lowest level that is logged: `trace`, `debug`, `info`, `warn`, `error` or `fatal`.'),
});

const complete: (read: z.output<typeof schema>) => Config = (read) => Object.freeze(read);

/** The environment variable of each setting; the flag of the same name takes precedence. */
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
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  noProxy: 'NO_PROXY',
  userIds: 'OFFSHOOT_USER_IDS',
  podNamespace: 'OFFSHOOT_POD_NAMESPACE',
  podName: 'OFFSHOOT_POD_NAME',
  logLevel: 'OFFSHOOT_LOG_LEVEL',
};

export interface Setting {
  key: keyof Config;
  flag: string;
  variable: string;
  description: string;
  /** As it would be written in the environment; undefined: none. */
  preset: string | undefined;
}

/** What the help and the README say about the settings, in the order of the schema. */
export function settings(): Setting[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, about]) => {
    const key = name as keyof Config;
    const { description = '', default: preset } = about as z.core.JSONSchema.BaseSchema;
    return {
      key,
      flag: `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      variable: variables[key],
      description,
      preset: typeof preset === 'string' ? preset : undefined,
    };
  });
}

const isProxy = (variable: string) => variable.endsWith('_PROXY');

/** Throws an Error whose message names each wrong setting by its variable. */
export function readConfig(
  environment: Record<string, string | undefined>,
  flags: Record<string, string | undefined>,
): Config {
  const given = Object.entries(variables).map(([key, variable]) => [
    key,
    flags[key] ??
      (environment[variable] || (isProxy(variable) && environment[variable.toLowerCase()]) || undefined),
  ]);
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return complete(read.data);
  const lines = read.error.issues.map(
    ({ path, message }) => `${variables[path[0] as keyof Config]}: ${message}`,
  );
  throw new Error(`Invalid settings:\n  ${lines.join('\n  ')}`);
}
