import { createHash } from 'node:crypto';
import type { DagRepository } from '../../../model/dag-repository.ts';
import type { Design } from '../../../plan/api.ts';
import { configEnv } from '../settings.ts';

/** All that a schema depends on; equal recipes make equal schemas as long as their images' tags do not move. */
export interface Recipe {
  airflowImage: string;
  databaseImage: string;
  /** The options that decide which tables there are: an auth manager may bring its own. */
  env: Record<string, string>;
}

type Source = Pick<DagRepository['spec'], 'airflow' | 'database'> | Pick<Design, 'airflow' | 'database'>;

export const recipeOf = ({ airflow, database }: Source): Recipe => ({
  airflowImage: airflow.image,
  databaseImage: database.image,
  env: Object.fromEntries(Object.entries(configEnv(airflow.config)).filter(([name]) => DECIDING.test(name))),
});

/** Where a database is and how it is reached is the previews' own business. */
const DECIDING = /^AIRFLOW__(CORE__AUTH_MANAGER|DATABASE__EXTERNAL_DB_MANAGERS)$/;

/** The name of the ConfigMap that holds the dump, and of the Job that makes it: one per DagRepository and recipe. */
export function schemaName(repository: string, recipe: Recipe): string {
  const text = JSON.stringify([repository, recipe.airflowImage, recipe.databaseImage, recipe.env]);
  return `offshoot-schema-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}
