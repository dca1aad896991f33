import { expect, test } from 'vitest';
import { importError } from '../../src/airflow/import-error.ts';

// As Airflow 3.3.2 reports them: the last two frames of the traceback.
const HANGS = `Traceback (most recent call last):
  File "/git/current/dags/hang.py", line 3, in <module>
    while True:
          ^^^^
  File "/home/airflow/.local/lib/python3.11/site-packages/airflow/dag_processing/importers/python_importer.py", line 61, in handle_timeout
    raise AirflowTaskTimeout(error_message)
airflow.sdk.exceptions.AirflowTaskTimeout: DagBag import timeout for /git/current/dags/hang.py after 20.0s.
Please take a look at these docs to improve your DAG import time:
* https://airflow.apache.org/docs/apache-airflow/3.3.2/best-practices.html
`;
const SYNTAX = `Traceback (most recent call last):
  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed
  File "/git/current/dags/team/broken.py", line 5
    def broken(
              ^
SyntaxError: '(' was never closed
`;
const CHAINED = `Traceback (most recent call last):
  File "/git/current/dags/a.py", line 2, in <module>
    int("x")
ValueError: invalid literal

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/git/current/dags/a.py", line 4, in <module>
    raise RuntimeError("no")
RuntimeError: no
`;

test.each([
  [
    'hang.py',
    HANGS,
    {
      file: 'hang.py',
      line: 3,
      message: 'AirflowTaskTimeout: DagBag import timeout for /git/current/dags/hang.py after 20.0s.',
      timedOut: true,
    },
  ],
  [
    'team/broken.py',
    SYNTAX,
    { file: 'team/broken.py', line: 5, message: "SyntaxError: '(' was never closed", timedOut: false },
  ],
  ['a.py', CHAINED, { file: 'a.py', line: 4, message: 'RuntimeError: no', timedOut: false }],
  ['b.py', 'Dag is missing a task', { file: 'b.py', message: 'Dag is missing a task', timedOut: false }],
  ['c.py', '', { file: 'c.py', message: '', timedOut: false }],
])('the import error of %s is told by place and exception', (file, trace, expected) => {
  expect(importError(file, trace)).toEqual(expected);
});

test('a message of any length is cut', () => {
  expect(importError('a.py', `Error: ${'x'.repeat(9_000)}`).message).toHaveLength(300);
});
