import { readDagRepository } from '../model/dag-repository.ts';
import { Problem } from '../model/problem.ts';
import type { Airflows } from '../airflow/api.ts';
import type { BackendKind } from '../backends/api.ts';
import type { ReadDagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';

/**
 * Reads a DagRepository for those who make previews of it: an Airflow that no dialect handles, or options that cannot work in a preview,
 * make it as unusable as a wrong field.
 */
export const repositoryReader =
  (dialectOf: Airflows['dialectOf'], { writable }: Pick<BackendKind, 'writable'>) =>
  (object: KubeObject): ReadDagRepository => {
    const read = readDagRepository(object);
    if (!read.ok) return read;
    const { version, config } = read.repository.spec.airflow;
    try {
      const refused = dialectOf(version).refused(config, writable);
      return refused.length ? { ok: false, message: refused.join(' ') } : read;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { ok: false, message: error.message };
    }
  };
