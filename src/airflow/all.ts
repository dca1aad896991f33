import { chooseFrom } from './choose.ts';
import { v3 } from './v3/dialect.ts';
import type { Dialect } from './api.ts';

/** Every generation of Airflow that Offshoot speaks to. */
export const dialects: readonly Dialect[] = [v3];

export const dialectOf = chooseFrom(dialects);
