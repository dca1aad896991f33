import { z } from 'zod';
import { patternFault } from './branch-patterns.ts';
import { DURATION } from './duration.ts';
import { git, github } from './git-source.ts';
import { oncePerObject } from './once-per-object.ts';
import { intOrString, name, rules, statusConditions, textLike } from './schema-parts.ts';
import { whyUnreadable } from './unreadable.ts';
import type { Condition } from './conditions.ts';
import type { KubeObject } from './object.ts';

const pattern = z
  .string()
  .min(1)
  .max(250)
  .superRefine((text, context) => {
    const message = patternFault(text);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** Every branch is compared with every pattern: what that may cost at most is theirs to say together. */
const ALL_PATTERNS = 4_000;
const TOO_MUCH = `all patterns of include and exclude together may have ${ALL_PATTERNS} characters at most`;

const branches = z
  .object({
    include: z.array(pattern).min(1).max(50).default(['feature/**']),
    exclude: z.array(pattern).max(50).default([]),
  })
  .refine(({ include, exclude }) => [...include, ...exclude].join('').length <= ALL_PATTERNS, TOO_MUCH)
  .meta(
    rules({
      // A default is looked at before the defaults inside of it are filled in.
      rule: `${['include', 'exclude'].map((list) => `(has(self.${list}) ? self.${list}.map(pattern, size(pattern)).sum() : 0)`).join(' + ')} <= ${ALL_PATTERNS}`,
      message: TOO_MUCH,
    }),
  )
  .describe("Which branches get a preview, by GitHub Actions' filter patterns: * (not /), **, ?, +, [], !.");

const airflow = z.object({
  version: textLike(/^3[.][0-9]+[.][0-9]+$/, 'must be an Airflow 3 version such as 3.3.2')
    .max(20)
    .default('3.3.2')
    .describe('The Airflow version that the image holds, 3.x.'),
  image: z.string().min(1).max(512).default('apache/airflow:3.3.2'),
  runSchedules: z
    .enum(['none', 'all'])
    .default('none')
    .describe(
      'none: only runs that somebody starts. all: cron and asset schedules run too, as in production.',
    ),
  parts: z
    .enum(['together', 'apart'])
    .default('together')
    .describe(
      'together: API server, scheduler, DAG processor and triggerer are forks of one process, in one container. apart: a container each, which takes longer and more memory.',
    ),
  config: z
    .record(z.string(), z.record(z.string(), intOrString))
    .default({})
    .describe(
      "airflow.cfg options by section. Settings that keep a preview from doing production's work are applied after these.",
    ),
});

/**
 * Room for sixty pods: Airflow's own two, the 32 tasks that it runs at once, and 26 that tasks start, each with what it gets if it says
 * nothing. In limits that is 5.5Gi, 1Gi and 1Gi of memory, and 24Gi, 10Gi and 4Gi of disk.
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
  .describe(
    'The hard limits of the ResourceQuota in each preview. Yours replace the default ones, all of them.',
  );

const slack = z.object({
  channel: z.string().min(1).max(80).describe('Channel id, such as C0123456789.'),
  secretRef: z
    .object({ name })
    .describe('Secret labelled offshoot.dev/use=slack, with the bot token under key `token`.'),
});

const fields = z.object({
  git: git.optional(),
  github: github.optional(),
  credentialsSecretRef: z
    .object({
      name,
      readOnly: z
        .boolean()
        .default(false)
        .describe(
          "true: these credentials cannot write, so they may be copied beside the branch's code for git-sync.",
        ),
    })
    .optional()
    .describe(
      'Secret labelled offshoot.dev/use=git, with key token, or username and password, or ssh-privatekey and known_hosts; for github, token, or app-id and private-key.',
    ),
  webhookSecretRef: z
    .object({ name })
    .optional()
    .describe(
      "Secret labelled offshoot.dev/use=webhook, with key `current`, and `previous` while it is being rotated; without it, the repository's own webhook route is closed.",
    ),
  branches: branches.prefault({}),
  resyncInterval: z
    .string()
    .regex(DURATION, 'must be a duration such as 90s, 2m or 1h30m')
    .default('2m')
    .describe('How often all branches are listed, in case a webhook was missed.')
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
      'How many branches have their Airflow at the same time. The others wait in line, oldest first. Lowered, it takes nobody away: it lets nobody in until so many are gone.',
    ),
  suspend: z
    .boolean()
    .default(false)
    .describe(
      'true: nothing is made, changed or removed for its previews, and no slot or URL is granted. What runs goes on running, webhooks still leave their marks, and a Preview that a person deletes is still removed. false again: everything is caught up.',
    ),
  code: z
    .object({
      dagsFolder: z
        .string()
        .max(500)
        .default('dags')
        .describe('Folder of the repository that holds the DAGs; "." for its root.')
        .meta(
          rules({
            rule: "!self.startsWith('/') && !self.split('/').exists(p, p == '..')",
            message: 'must be a path inside the repository, such as dags',
          }),
        ),
    })
    .prefault({}),
  airflow: airflow.prefault({}),
  quota,
  database: z
    .object({
      image: z.string().min(1).max(512).default('postgres:17'),
      storage: z.enum(['ephemeral']).default('ephemeral'),
    })
    .prefault({}),
  url: z.object({
    base: textLike(
      /^https?:\/\/[^\/?#@\s]+$/,
      'must be an origin such as https://airflow.example.com, without path',
    )
      .max(300)
      .refine((url) => URL.canParse(url), 'must have a host name and a port that can be')
      .describe(
        'Where people reach the gateway, such as https://airflow.example.com; no path. A host belongs to one DagRepository, the oldest that names it, whatever the scheme and port.',
      ),
    style: z.enum(['path']).default('path'),
  }),
  notify: z.object({ slack: slack.optional() }).prefault({}),
});

const ONE_SOURCE = 'name the repository as git or as github: exactly one of the two';

export const dagRepositorySpec = fields
  .refine(({ git, github }) => (git === undefined) !== (github === undefined), ONE_SOURCE)
  .meta(rules({ rule: 'has(self.git) != has(self.github)', message: ONE_SOURCE }));

export type DagRepositorySpec = z.output<typeof dagRepositorySpec>;

export const dagRepositoryStatus = z.object({
  observedGeneration: z.int().optional(),
  conditions: statusConditions,
  previews: z.int().optional().describe('How many previews exist, those that wait included.'),
  slots: z.string().optional().describe('How many of maxPreviews are in use, such as 18/20.'),
  updated: z.string().optional().describe('How many of those that run are up to date, such as 12/20.'),
  refused: z
    .int()
    .optional()
    .describe(
      'How many branches cannot be followed, a preview being refused for instance; the condition Ready names some.',
    ),
  git: z.string().optional().describe('What git clones.'),
  repositoryId: z
    .int()
    .optional()
    .describe(
      "The code host's own number of the repository, kept from the first answer: another one is another repository.",
    ),
});

export interface DagRepository extends KubeObject {
  spec: DagRepositorySpec;
  status?: Omit<z.output<typeof dagRepositoryStatus>, 'conditions'> & { conditions?: Condition[] };
}

type ReadDagRepository = { ok: true; repository: DagRepository } | { ok: false; message: string };

/** A DagRepository as the API server holds it, read through the schema; or why it cannot be read, field by field. */
export const readDagRepository = oncePerObject((object: KubeObject): ReadDagRepository => {
  const spec = dagRepositorySpec.safeParse(object['spec'] ?? {});
  if (spec.success) {
    // Its patterns are compared with every branch there is: frozen, they are made ready for that only once.
    Object.freeze(spec.data.branches);
    return { ok: true, repository: { ...object, spec: spec.data } };
  }
  return { ok: false, message: whyUnreadable(spec.error) };
});
