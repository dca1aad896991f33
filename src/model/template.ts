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

/**
 * Gives a DagRepository as it was when it had a template; undefined for one that nobody granted. Each pair is read once: previews ask at
 * every look, and few templates are in use at a time.
 */
export function createWithTemplate(readRepository: (object: DagRepository) => ReadDagRepository) {
  const known = new WeakMap<DagRepository, Map<string, DagRepository | undefined>>();
  return (repository: DagRepository, template: unknown): DagRepository | undefined => {
    const read = known.get(repository) ?? new Map<string, DagRepository | undefined>();
    known.set(repository, read);
    const text = JSON.stringify(template);
    if (read.has(text)) return read.get(text);
    const spec = { ...repository.spec, ...(template as Template) };
    const found = readRepository({ ...repository, spec });
    read.set(text, found.ok ? found.repository : undefined);
    return read.get(text);
  };
}

/** The Airflow that a Preview runs, whatever has become of its DagRepository since. */
export function airflowVersionOf({ status }: Preview, repository: DagRepository | undefined) {
  const granted = status?.revision?.template as Partial<Template> | undefined;
  return granted?.airflow?.version ?? repository?.spec.airflow.version;
}
