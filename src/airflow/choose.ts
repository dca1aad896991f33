import { Problem } from '../model/problem.ts';
import type { Dialect } from './api.ts';

/** Finds the dialect of the Airflow that `spec.airflow.version` names; throws a Problem that says what to do if there is none. */
export const chooseFrom =
  (dialects: readonly Dialect[]) =>
  (version: string): Dialect => {
    const found = dialects.find((one) => one.handles(version));
    if (found) return found;
    const supported = dialects.map(({ versions }) => versions).join(' or ');
    throw new Problem(
      'InvalidSpec',
      `spec.airflow.version: ${version} is not supported; this Offshoot runs Airflow ${supported}. Set such a version, and an image that contains it.`,
    );
  };
