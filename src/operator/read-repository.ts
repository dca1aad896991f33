import { readDagRepository } from '../model/dag-repository.ts';
import { Problem } from '../model/problem.ts';
import type { Dialect } from '../airflow/api.ts';
import type { ReadDagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';

/** Reads a DagRepository for those who make previews of it: an Airflow that no dialect handles makes it as unusable as a wrong field. */
export const repositoryReader =
  (dialectOf: (version: string) => Dialect) =>
  (object: KubeObject): ReadDagRepository => {
    const read = readDagRepository(object);
    try {
      if (read.ok) dialectOf(read.repository.spec.airflow.version);
      return read;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ok: false, message: error.message };
    }
  };
