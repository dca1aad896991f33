import { Problem } from '../model/problem.ts';
import { v3 } from './v3/dialect.ts';
import type { Dialect } from './api.ts';

/** Every generation of Airflow that Offshoot speaks to. */
export const dialects: readonly Dialect[] = [v3];

/** The dialect of the Airflow that `spec.airflow.version` names. */
export function dialectOf(version: string): Dialect {
  const found = dialects.find((one) => one.handles(version));
  if (found) return found;
  const supported = dialects.map(({ versions }) => versions).join(' or ');
  throw new Problem(
    'InvalidSpec',
    `spec.airflow.version: ${version} is not supported; this Offshoot runs Airflow ${supported}. Name such a version, and an image that holds it.`,
  );
}
