import { gitSources } from './git-source.ts';
import type { DagRepository, DagRepositorySpec, ReadDagRepository } from './dag-repository.ts';
import type { Preview } from './preview.ts';

/** Fields that say nothing of what a preview consists of, and those that hold for all previews at once: whom to ask, as whom. */
const OF_THE_REPOSITORY = [
  ...gitSources.map(({ name }) => name),
  'credentialsSecretRef',
  'webhookSecretRef',
  'branches',
  'resyncInterval',
  'maxPreviews',
  'suspend',
  'url',
  'notify',
] as const satisfies (keyof DagRepositorySpec)[];

/** What a preview looks like: the rest of the spec, new fields included. */
export type Template = Omit<DagRepositorySpec, (typeof OF_THE_REPOSITORY)[number]>;

export function templateOf(spec: DagRepositorySpec): Template {
  const template: Partial<DagRepositorySpec> = { ...spec };
  for (const field of OF_THE_REPOSITORY) delete template[field];
  return template as Template;
}

/** The DagRepository as it was when it had this template; undefined for one that nobody granted. */
export function withTemplate(
  repository: DagRepository,
  template: unknown,
  readRepository: (object: DagRepository) => ReadDagRepository,
): DagRepository | undefined {
  const spec = { ...repository.spec, ...(template as Template) };
  const read = readRepository({ ...repository, spec });
  return read.ok ? read.repository : undefined;
}

/** The Airflow that a Preview runs, whatever has become of its DagRepository since. */
export function airflowVersionOf({ status }: Preview, repository: DagRepository | undefined) {
  const granted = status?.revision?.template as Partial<Template> | undefined;
  return granted?.airflow?.version ?? repository?.spec.airflow.version;
}
