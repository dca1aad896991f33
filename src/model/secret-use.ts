import { label } from './labels.ts';
import { Problem } from './problem.ts';
import type { KubeObject } from './object.ts';

/** What a Secret can be for (exactly one each): the values of the label `offshoot.dev/use`. */
const uses = {
  git: 'git credentials',
  webhook: 'webhook key',
  slack: 'Slack token',
  env: 'environment variables',
} as const;
export type SecretUse = keyof typeof uses;

/** A Secret and what entitles Offshoot to it: a person labelled it for this use, or Offshoot created it for this preview. */
export type WantedSecret = { namespace: string; name: string } & (
  { use: SecretUse } | { previewUid: string }
);

/** Decoded values of a Secret. */
export type SecretData = Record<string, string>;

/** The one way to a Secret's values. `fresh` bypasses the cache. */
export type ReadSecret = (wanted: WantedSecret, fresh?: boolean) => Promise<SecretData | undefined>;

/** Types that say what else a Secret is for. No label entitles Offshoot to send these anywhere. */
const OTHERS: readonly string[] = [
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
  'kubernetes.io/tls',
  'helm.sh/release.v1',
];

/**
 * The values of a Secret, if it is meant for this use; otherwise throws a Problem. Whoever names a Secret may lack the permission to read
 * it, so for one that is not labelled the Problem reveals only that it exists.
 */
export function openSecret(secret: KubeObject | undefined, wanted: WantedSecret): SecretData | undefined {
  if (!secret) return undefined;
  const labels = secret.metadata.labels ?? {};
  if ('previewUid' in wanted)
    // A Secret of that name that is not Offshoot's counts as none.
    return wanted.previewUid && labels[label.previewUid] === wanted.previewUid ? decode(secret) : undefined;
  const why = refusal(wanted, labels[label.use], (secret['type'] ?? 'Opaque') as string);
  if (why) throw new Problem('SecretNotForOffshoot', why);
  return decode(secret);
}

function refusal(
  { namespace, name, use }: { namespace: string; name: string; use: SecretUse },
  labelled: string | undefined,
  type: string,
): string | undefined {
  const secret = `Secret ${name} in namespace ${namespace}`;
  const command = `kubectl label secret ${name} --namespace ${namespace} ${label.use}=${use}`;
  if (labelled === undefined)
    return `${secret} lacks the label ${label.use}=${use}, so Offshoot does not use it. If it holds the ${uses[use]}, run: ${command}`;
  if (labelled !== use)
    return `${secret} is not labelled ${label.use}=${use} but for another use, so Offshoot does not use it. Put the ${uses[use]} into a separate Secret; or, if the label is wrong, run: ${command} --overwrite`;
  if (OTHERS.includes(type))
    return `${secret} is of type ${type}, which Offshoot never uses, whatever its labels. Put the ${uses[use]} into a Secret of type Opaque and label that one.`;
  return undefined;
}

function decode(secret: KubeObject): SecretData {
  const entries = Object.entries((secret['data'] ?? {}) as Record<string, string>);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}
