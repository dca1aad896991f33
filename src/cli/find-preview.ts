import { kinds } from '../model/kinds.ts';
import { printable } from './printable.ts';
import type { Preview } from '../model/preview.ts';
import type { Access, Option, Options } from './api.ts';

/** How a person selects a preview. */
export const whichPreview: readonly Option[] = [
  ['-n, --namespace <namespace>', 'only previews in this namespace (default: all namespaces)'],
  ['-r, --repository <name>', 'only previews of this DagRepository'],
];

export const branchArgument = [
  '<branch>',
  'a branch, such as feature/hardy, or the name of a Preview',
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

/** The preview selected, or undefined; an Error if there are several. A branch takes precedence over a Preview's name. */
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
    `${printable(branch)} matches several previews: ${found.map(place).join(', ')}. ` +
      'Select one with --repository, --namespace or the Preview’s name.',
  );
}

/** As `findPreview`, but finding none is an Error that lists the existing ones. */
export async function requirePreview(access: Access, wanted: Which): Promise<Preview> {
  const previews = await previewsIn(access, wanted.namespace);
  const found = findPreview(previews, wanted);
  if (found) return found;
  throw new Error(`No preview found for ${printable(wanted.branch)}${within(wanted)}. ${thereAre(previews)}`);
}

export function thereAre(previews: readonly Preview[]): string {
  if (previews.length === 0) return 'No previews exist.';
  const names = [...new Set(previews.map(({ spec }) => printable(spec.branch)))].sort();
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more (offshoot ls)` : '';
  return `Existing previews: ${names.slice(0, SHOWN).join(', ')}${more}.`;
}

const within = ({ namespace, repository }: Which) =>
  `${repository ? ` of DagRepository ${repository}` : ''}${namespace ? ` in namespace ${namespace}` : ''}`;

const place = ({ metadata, spec }: Preview) =>
  `${metadata.namespace}/${metadata.name} (DagRepository ${spec.repositoryRef.name})`;
