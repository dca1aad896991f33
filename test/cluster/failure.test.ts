import { expect, test } from 'vitest';
import { refusal } from '../../src/cluster/failure.ts';

const status = (code: number, reason: string, details: object) =>
  JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message: 'in words', details });

const terminating = {
  name: 'entry',
  kind: 'configmaps',
  causes: [{ reason: 'NamespaceTerminating', message: 'namespace team is being terminated' }],
};

test.each([
  ['made in a namespace that is going', 403, 'Forbidden', terminating, 'entry', 'NamespaceGone'],
  [
    'made in one that is gone',
    404,
    'NotFound',
    { name: 'team', kind: 'namespaces' },
    'entry',
    'NamespaceGone',
  ],
  [
    'a namespace that is not there',
    404,
    'NotFound',
    { name: 'team', kind: 'namespaces' },
    'team',
    'NotFound',
  ],
  [
    'an object that is not there',
    404,
    'NotFound',
    { name: 'entry', kind: 'configmaps' },
    'entry',
    'NotFound',
  ],
  [
    'what the role does not allow',
    403,
    'Forbidden',
    { name: 'entry', kind: 'configmaps' },
    'entry',
    'Forbidden',
  ],
  [
    'another cause',
    422,
    'Invalid',
    { name: 'entry', kind: 'configmaps', causes: [{ reason: 'FieldValueInvalid' }] },
    'entry',
    'Invalid',
  ],
])('F23: the code of %s', (_what, code, reason, details, name, expected) => {
  expect(refusal('POST', code, status(code, reason, details), undefined, name).code).toBe(expected);
});
