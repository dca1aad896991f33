import { createHash } from 'node:crypto';
import type { Dialect } from '../../../airflow/api.ts';
import type { DagRepository } from '../../../model/dag-repository.ts';
import type { Design } from '../../../plan/api.ts';
import { configEnv } from '../settings.ts';

/** All that a schema depends on; equal recipes make equal schemas as long as their images' tags do not move. */
export interface Recipe {
  /** Of the ConfigMap that holds the dump, and of the Job that makes it: one per DagRepository and recipe. */
  name: string;
  airflowImage: string;
  databaseImage: string;
  /** What the DagRepository says of the options that decide which tables there are. */
  env: Record<string, string>;
  /** The command that makes them. */
  migrate: readonly string[];
}

type Source = Pick<DagRepository['spec'], 'airflow' | 'database'> | Pick<Design, 'airflow' | 'database'>;

export function recipeOf(repository: string, { airflow, database }: Source, dialect: Dialect): Recipe {
  // Where a database is and how it is reached is the previews' own business.
  const env = Object.fromEntries(
    Object.entries(configEnv(airflow.config)).filter(([name]) => dialect.decidesSchema.includes(name)),
  );
  const text = JSON.stringify([repository, airflow.image, database.image, env]);
  return {
    name: `offshoot-schema-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`,
    airflowImage: airflow.image,
    databaseImage: database.image,
    env,
    migrate: ['airflow', ...dialect.migrate],
  };
}
