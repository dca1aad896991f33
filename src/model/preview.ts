import { z } from 'zod';
import { BRANCH_NAME } from './branch-name.ts';
import { annotation, label } from './labels.ts';
import { LONGEST_BRANCH, previewName } from './names.ts';
import { oncePerObject } from './once-per-object.ts';
import { name, rules, immutable, statusConditions } from './schema-parts.ts';
import { whyUnreadable } from './unreadable.ts';
import type { Condition } from './conditions.ts';
import type { KubeObject } from './object.ts';

const NO_CONTROL = 'must not contain control characters; git does not allow them in branch names';

export const previewSpec = z.object({
  repositoryRef: z
    .object({ name })
    .meta(immutable('spec.repositoryRef'))
    .describe('The DagRepository that the branch belongs to, in the same namespace.'),
  branch: z
    .string()
    .min(1)
    .max(LONGEST_BRANCH)
    .regex(BRANCH_NAME, NO_CONTROL)
    .describe('The name of the branch, without refs/heads/.')
    .meta({
      'x-kubernetes-validations': [
        ...immutable('spec.branch')['x-kubernetes-validations'],
        ...rules({
          rule: "!self.startsWith('refs/heads/')",
          message: 'must be the name of the branch alone, without refs/heads/',
        })['x-kubernetes-validations'],
        ...rules({ rule: `self.matches(${JSON.stringify(BRANCH_NAME.source)})`, message: NO_CONTROL })[
          'x-kubernetes-validations'
        ],
      ],
    }),
  suspend: z
    .boolean()
    .optional()
    .describe(
      'true: the namespace of the preview is removed, with the database and everything else in it, and its slot goes to the next in line; the Preview and its URL stay. false: the preview is recreated as soon as there is a slot.',
    ),
});

const text = z.string().optional();

/** Read only by its owner, through the schema of the DagRepository. */
const template = z
  .object({})
  .meta({ 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-map-type': 'atomic' })
  .describe(
    'The part of the DagRepository that determines what a preview consists of, at that generation.',
  ) as z.ZodType<object>;

export const previewStatus = z.object({
  observedGeneration: z.int().optional(),
  conditions: statusConditions,
  url: text,
  namespace: text,
  branch: z
    .object({ head: text, missing: z.boolean().optional(), pusher: text, handledCheck: text })
    .optional()
    .describe('What the git host last reported about the branch.'),
  admitted: z
    .boolean()
    .optional()
    .describe(
      'true: the preview holds one of the slots of its DagRepository (spec.maxPreviews), until its namespace is gone.',
    ),
  queue: z
    .object({ place: z.int(), inUse: z.int(), max: z.int() })
    .optional()
    .describe('The position in line, from 1, while all slots are in use.'),
  revision: z
    .object({
      generation: z.int().describe('The generation of the DagRepository.'),
      rendering: z.string().describe('A digest of the rendered objects.'),
      template,
      updating: z
        .object({
          since: z.string().meta({ format: 'date-time' }),
          worked: z.boolean().describe('Whether the preview was Ready before the update.'),
        })
        .optional()
        .describe('Set while this preview is being updated.'),
    })
    .optional()
    .describe(
      'The revision of the DagRepository that this preview is granted. Other previews can be granted another one.',
    ),
  commit: z.object({ synced: text }).optional().describe('The commit that git-sync has checked out.'),
  repositoryGeneration: z
    .int()
    .optional()
    .describe(
      'The generation of the DagRepository that this preview runs. A later generation that renders the same objects is not recorded.',
    ),
  rendering: text.describe('The digest of what this preview runs: the one in its revision, once applied.'),
  notices: z
    .object({ slack: z.object({ channel: text, ts: text, hash: text }).optional() })
    .optional()
    .describe('What was last announced about this preview, and where.'),
});

export type PreviewSpec = z.output<typeof previewSpec>;
export type PreviewStatus = Omit<z.output<typeof previewStatus>, 'conditions'> & { conditions?: Condition[] };

export interface Preview extends KubeObject {
  spec: PreviewSpec;
  status?: PreviewStatus;
}

/** Created by intake, so it exists exactly as long as its branch. */
export const madeByIntake = (preview: Preview) => preview.metadata.labels?.[label.madeBy] === 'intake';

/** Is this a Preview of that DagRepository? */
export const isOf =
  ({ metadata }: KubeObject) =>
  (preview: Preview) =>
    preview.metadata.namespace === metadata.namespace && preview.spec.repositoryRef?.name === metadata.name;

/** Is this the Preview, however named, of that branch of that DagRepository? */
export const isFor = (repository: KubeObject, branch: string) => (preview: Preview) =>
  preview.spec?.branch === branch && isOf(repository)(preview);

/** The namespace that holds all its objects. `status.namespace` is only a copy, which others could have written. */
export const namespaceOf = ({ metadata, spec }: Preview) =>
  previewName(metadata.namespace ?? '', spec.repositoryRef.name, spec.branch);

/** For a log line: the preview it is about, and the delivery that last asked for it. */
export function aboutPreview({ metadata, spec }: Preview) {
  const delivery = metadata.annotations?.[annotation.delivery];
  return {
    repository: `${metadata.namespace}/${spec.repositoryRef.name}`,
    branch: spec.branch,
    preview: metadata.name,
    ...(delivery && { delivery }),
  };
}

/** The mark of a delivery that has not been handled yet. */
export function openMark(
  preview: Preview,
): { requested: string; expectedHead: string | undefined; pusher: string | undefined } | undefined {
  const notes = preview.metadata.annotations ?? {};
  const requested = notes[annotation.checkRequested];
  if (!requested || requested === preview.status?.branch?.handledCheck) return undefined;
  return { requested, expectedHead: notes[annotation.expectedHead], pusher: notes[annotation.pusher] };
}

type ReadPreview = { ok: true; preview: Preview } | { ok: false; message: string };

export const readPreview = oncePerObject((object: KubeObject): ReadPreview => {
  const spec = previewSpec.safeParse(object['spec'] ?? {});
  if (spec.success) return { ok: true, preview: { ...object, spec: spec.data } };
  return { ok: false, message: whyUnreadable(spec.error) };
});
