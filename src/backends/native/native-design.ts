import type { Dialect } from '../../airflow/api.ts';
import type { Design } from '../../plan/api.ts';

/** A design, and the dialect of the Airflow that is in it. */
export interface NativeDesign extends Design {
  dialect: Dialect;
}
