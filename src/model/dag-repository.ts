import { z } from 'zod';
import { airflowEnv } from './airflow-env.ts';
import { patternFault } from './branch-patterns.ts';
import { code } from './code-layout.ts';
import { DURATION } from './duration.ts';
import { exactlyOneOf, fieldsOf, gitSources } from './git-source.ts';
import { oncePerObject } from './once-per-object.ts';
import { intOrString, name, rules, statusConditions, textLike } from './schema-parts.ts';
import { whyUnreadable } from './unreadable.ts';
import type { Condition } from './conditions.ts';
import type { Source } from './source.ts';
import type { Key, KubeObject } from './object.ts';

const pattern = z
  .string()
  .min(1)
  .max(250)
  .superRefine((text, context) => {
    const message = patternFault(text);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** Every branch is compared with every pattern, so the patterns share one bound on what that costs. */
const ALL_PATTERNS = 4_000;
const TOO_MUCH = `the patterns of include and exclude must not exceed ${ALL_PATTERNS} characters in total`;

const branches = z
  .object({
    include: z.array(pattern).min(1).max(50).default(['feature/**']),
    exclude: z.array(pattern).max(50).default([]),
  })
  .refine(({ include, exclude }) => [...include, ...exclude].join('').length <= ALL_PATTERNS, TOO_MUCH)
  .meta(
    rules({
      // The API server validates a default before it fills in the defaults inside it.
      rule: `${['include', 'exclude'].map((list) => `(has(self.${list}) ? self.${list}.map(pattern, size(pattern)).sum() : 0)`).join(' + ')} <= ${ALL_PATTERNS}`,
      message: TOO_MUCH,
    }),
  )
  .describe(
    'The branches that get a preview, as GitHub Actions filter patterns: * (but not /), **, ?, +, [], !.',
  );

const airflow = z.object({
  version: textLike(/^3[.][0-9]+[.][0-9]+$/, 'must be an Airflow 3 version such as 3.3.2')
    .max(20)
    .default('3.3.2')
    .describe('The version of Airflow in the image, such as 3.3.2.'),
  image: z
    .string()
    .min(1)
    .max(512)
    .default('apache/airflow:3.3.2')
    .describe('The Airflow image, with all that the DAGs import.'),
  runSchedules: z
    .enum(['none', 'all'])
    .default('none')
    .describe(
      'none: DAGs run only when someone triggers them. all: cron and asset schedules run as well, as in production.',
    ),
  parts: z
    .enum(['together', 'apart'])
    .default('together')
    .describe(
      'together: all parts of Airflow are forks of one process in one container. apart: each part has its own container, which starts more slowly and uses more memory.',
    ),
  config: z
    .record(z.string(), z.record(z.string(), intOrString))
    .default({})
    .describe(
      "Options of airflow.cfg, by section. Settings that keep a preview from doing production's work override them.",
    ),
  env: airflowEnv,
});

/**
 * Room for sixty pods: Airflow's own two, the 32 tasks that it runs at once, and 26 that tasks start, each with the default limits:
 * 5.5Gi, 1Gi and 1Gi of memory, and 24Gi, 10Gi and 4Gi of disk.
 */
const quota = z
  .record(z.string(), intOrString)
  .default({
    'requests.cpu': '8',
    'requests.memory': '16Gi',
    'limits.memory': '65Gi',
    'limits.ephemeral-storage': '450Gi',
    pods: '60',
  })
  .describe('Hard limits of the ResourceQuota in each preview. If set, they replace all of the defaults.');

const slack = z.object({
  channel: z.string().min(1).max(80).describe('The channel ID, such as C0123456789.'),
  secretRef: z
    .object({ name })
    .describe('The Secret with the bot token under the key token, labelled offshoot.dev/use=slack.'),
});

const fields = {
  credentialsSecretRef: z
    .object({
      name,
      readOnly: z
        .boolean()
        .default(false)
        .describe(
          "Set to true if these credentials cannot write. Only then are they copied for git-sync, where the branch's code can read them.",
        ),
    })
    .optional()
    .describe(
      'The Secret with the git credentials, labelled offshoot.dev/use=git. Keys for git: token; or username and password; or ssh-privatekey and known_hosts. Keys for github: token; or app-id and private-key.',
    ),
  webhookSecretRef: z
    .object({ name })
    .optional()
    .describe(
      "The Secret that signs webhook deliveries, labelled offshoot.dev/use=webhook. Keys: current, and previous during rotation. Without it, the repository's own webhook route is closed.",
    ),
  branches: branches.prefault({}),
  resyncInterval: z
    .string()
    .regex(DURATION, 'must be a duration such as 90s, 2m or 1h30m')
    .default('2m')
    .describe('How often all branches are listed, in case a webhook delivery was missed, such as 90s or 2m.')
    .meta(
      rules({
        rule: "duration(self) >= duration('5s') && duration(self) <= duration('24h')",
        message: 'must be between 5s and 24h',
      }),
    ),
  maxPreviews: z
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe(
      'How many branches can have a running Airflow at the same time. The others wait in line, oldest first. Lowering it evicts nothing; no new preview is admitted until enough are gone.',
    ),
  suspend: z
    .boolean()
    .default(false)
    .describe(
      'true: Offshoot creates, changes and removes nothing for its previews, and grants no slots or URLs. Running previews keep running, webhook deliveries are still recorded, and a Preview that a person deletes is still removed. false: Offshoot resumes, and catches up.',
    ),
  code: code.prefault({}),
  airflow: airflow.prefault({}),
  quota,
  database: z
    .object({
      image: z
        .string()
        .min(1)
        .max(512)
        .default('postgres:17')
        .describe('The PostgreSQL image of the metadata database.'),
      storage: z.enum(['ephemeral']).default('ephemeral'),
    })
    .prefault({}),
  url: z.object({
    base: textLike(
      /^https?:\/\/[^\/?#@\s]+$/,
      'must be an origin such as https://airflow.example.com, without a path',
    )
      .max(300)
      .refine((url) => URL.canParse(url), 'must have a valid host name and port')
      .describe(
        'The address at which people reach the gateway, such as https://airflow.example.com, without a path. A host belongs to one DagRepository, the oldest that names it, whatever the scheme and port.',
      ),
    style: z.enum(['path']).default('path'),
  }),
  notify: z.object({ slack: slack.optional() }).prefault({}),
};

/** The spec of a DagRepository whose repository may be named in any of these ways. */
export function dagRepositorySpecWith<const T extends readonly Source[]>(sources: T) {
  const one = exactlyOneOf(sources);
  return z
    .object({ ...fieldsOf(sources), ...fields })
    .refine(one.holds, one.message)
    .meta(one.meta);
}

export const dagRepositorySpec = dagRepositorySpecWith(gitSources);

export type DagRepositorySpec = z.output<typeof dagRepositorySpec>;

export const dagRepositoryStatus = z.object({
  observedGeneration: z.int().optional(),
  conditions: statusConditions,
  previews: z.int().optional().describe('The number of previews, including those that wait for a slot.'),
  slots: z.string().optional().describe('How many of the maxPreviews slots are in use, such as 18/20.'),
  updated: z.string().optional().describe('How many of the running previews are up to date, such as 12/20.'),
  refused: z
    .int()
    .optional()
    .describe(
      'The number of branches that cannot be followed, for instance because their preview was refused. The condition Ready names some of them.',
    ),
  git: z.string().optional().describe('The URL that git clones.'),
  repositoryId: z
    .int()
    .optional()
    .describe(
      "The code host's numeric ID of the repository, kept from its first answer. A different ID means a different repository.",
    ),
});

export interface DagRepository extends KubeObject {
  spec: DagRepositorySpec;
  status?: Omit<z.output<typeof dagRepositoryStatus>, 'conditions'> & { conditions?: Condition[] };
}

/** The Secret with the keys of a DagRepository's own webhook route. */
export const webhookSecretOf = ({ metadata: { namespace = '' }, spec }: DagRepository): Key | undefined =>
  spec.webhookSecretRef && { namespace, name: spec.webhookSecretRef.name };

/** The code host's own id of the repository, as it was at first. */
export const pinnedId = ({ status }: DagRepository): string | undefined => status?.repositoryId?.toString();

/** An id for `status.repositoryId`: not every host's is a number, but the field is. */
export function idToPin(id: string | undefined): number | undefined {
  if (id === undefined) return undefined;
  const number = Number(id);
  if (String(number) === id && Number.isSafeInteger(number)) return number;
  throw new TypeError(`status.repositoryId must be a whole number, not ${id}`);
}

export type ReadDagRepository = { ok: true; repository: DagRepository } | { ok: false; message: string };

/** A DagRepository as the API server stores it, parsed by the schema; or why it is invalid, field by field. */
export const readDagRepository = oncePerObject((object: KubeObject): ReadDagRepository => {
  const spec = dagRepositorySpec.safeParse(object['spec'] ?? {});
  if (spec.success) {
    // Its patterns are matched against every branch, and it is rendered at every look. Frozen, that is prepared only once.
    Object.freeze(spec.data.branches);
    return { ok: true, repository: Object.freeze({ ...object, spec: spec.data }) };
  }
  return { ok: false, message: whyUnreadable(spec.error) };
});
