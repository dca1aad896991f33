import { health } from './health.ts';
import { importErrors } from './import-errors.ts';
import { airflowToken, isSignedWith } from './token.ts';
import type { Dialect } from '../api.ts';

/** Airflow 3. */
export const v3: Dialect = {
  versions: '3.x',
  handles: (version) => /^3[.]/.test(version),
  health,
  importErrors,
  authorization: (jwtSecret) => ({ authorization: `Bearer ${airflowToken(jwtSecret, 'VIEWER')}` }),
  issued: isSignedWith,
};
