import { readFileSync } from 'node:fs';
import { health } from './health.ts';
import { importErrors } from './import-errors.ts';
import { parts } from './parts.ts';
import { refused } from './refused.ts';
import { defaults, everywhere, ofParts, ofTasks } from './settings.ts';
import { airflowToken, isSignedWith } from './token.ts';
import type { Dialect } from '../api.ts';

/** Airflow 3. */
export const v3: Dialect = {
  versions: '3.x',
  handles: (version) => /^3[.]/.test(version),
  parts,
  migrate: ['db', 'migrate'],
  generation: readFileSync(new URL('generation.py', import.meta.url), 'utf8'),
  // An auth manager may bring tables of its own.
  decidesSchema: ['AIRFLOW__CORE__AUTH_MANAGER', 'AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS'],
  defaults,
  everywhere,
  ofParts,
  ofTasks,
  refused,
  servingPath: '/api/v2/version',
  health,
  importErrors,
  authorization: (jwtSecret) => ({ authorization: `Bearer ${airflowToken(jwtSecret, 'VIEWER')}` }),
  cookie: '_token',
  issued: isSignedWith,
};
