import { kinds } from '../model/kinds.ts';
import { printable } from './printable.ts';
import type { Preview } from '../model/preview.ts';
import type { Access, Option, Options } from './api.ts';

/** How a person says which preview is meant. */
export const whichPreview: readonly Option[] = [
  ['-n, --namespace <namespace>', 'only previews of this namespace (default: all)'],
  ['-r, --repository <name>', 'only previews of this DagRepository'],
];

export const branchArgument = [
  '<branch>',
  'the branch, such as feature/hardy, or the Preview’s name',
] as const;

export interface Which {
  branch: string;
  namespace: string | undefined;
  repository: string | undefined;
}

const SHOWN = 20;

export const which = (branch: string, { namespace, repository }: Options): Which => ({
  branch: branch.replace(/^refs\/heads\//, ''),
  namespace: typeof namespace === 'string' ? namespace : undefined,
  repository: typeof repository === 'string' ? repository : undefined,
});

export const previewsIn = async ({ cluster }: Access, namespace?: string): Promise<Preview[]> =>
  (await cluster.list<Preview>(kinds.Preview, namespace ? { namespace } : {})).items;

/** The one preview that is meant, or undefined; an Error if there are several. A branch is stronger than a Preview's name. */
export function findPreview(
  previews: readonly Preview[],
  { branch, repository }: Which,
): Preview | undefined {
  const candidates = previews.filter(
    ({ spec }) => repository === undefined || spec.repositoryRef.name === repository,
  );
  const byBranch = candidates.filter(({ spec }) => spec.branch === branch);
  const found =
    byBranch.length > 0 ? byBranch : candidates.filter(({ metadata }) => metadata.name === branch);
  if (found.length <= 1) return found[0];
  throw new Error(
    `${printable(branch)} is a branch of several previews: ${found.map(place).join(', ')}. ` +
      'Say which with --repository or --namespace, or give the Preview’s name.',
  );
}

/** As `findPreview`, but none is an Error that lists those there are. */
export async function requirePreview(access: Access, wanted: Which): Promise<Preview> {
  const previews = await previewsIn(access, wanted.namespace);
  const found = findPreview(previews, wanted);
  if (found) return found;
  throw new Error(
    `There is no preview of ${printable(wanted.branch)}${within(wanted)}. ${thereAre(previews)}`,
  );
}

export function thereAre(previews: readonly Preview[]): string {
  if (previews.length === 0) return 'There are none at all.';
  const names = [...new Set(previews.map(({ spec }) => printable(spec.branch)))].sort();
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more (offshoot ls)` : '';
  return `There are: ${names.slice(0, SHOWN).join(', ')}${more}.`;
}

const within = ({ namespace, repository }: Which) =>
  `${repository ? ` of DagRepository ${repository}` : ''}${namespace ? ` in namespace ${namespace}` : ''}`;

const place = ({ metadata, spec }: Preview) =>
  `${metadata.namespace}/${metadata.name} (DagRepository ${spec.repositoryRef.name})`;
