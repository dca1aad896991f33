import { expect, test } from 'vitest';
import { importErrors } from '../../../src/airflow/v3/import-errors.ts';

test('import errors are read, and how many there are beside the first few', () => {
  const error = { import_error_id: 1, bundle_name: 'dags-folder', filename: 'a.py', stack_trace: 'E: no' };
  expect(importErrors.read({ import_errors: [error], total_entries: 4 })).toEqual({
    total: 4,
    first: [{ file: 'a.py', message: 'E: no', timedOut: false }],
  });
});

test.each([undefined, { import_errors: 'none' }, { detail: 'no' }])('%j says nothing of them', (body) => {
  expect(importErrors.read(body)).toBeUndefined();
});
