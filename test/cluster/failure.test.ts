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

const words = (code: number, reason: string, message: string) =>
  JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message });

/** As Kubernetes 1.35 words them; there is no field that tells. */
test.each([
  [
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "v.x": failed to call webhook: Post "https://127.0.0.1:9/?timeout=10s": dial tcp 127.0.0.1:9: connect: connection refused',
    'WebhookFailed',
  ],
  [500, 'InternalError', 'Internal error occurred: something else', 'Internal'],
  [403, 'Forbidden', 'admission webhook "v.x" denied the request: no', 'Forbidden'],
  [404, 'NotFound', 'admission webhook "v.x" denied the request: no', 'Forbidden'],
  [409, 'Conflict', 'admission webhook "v.x" denied the request without explanation', 'Forbidden'],
  [503, '', 'admission webhook "v.x" denied the request: no', 'Forbidden'],
  [
    422,
    'Invalid',
    "namespaces \"n\" is invalid: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    'Invalid',
  ],
  [
    401,
    'Unauthorized',
    "namespaces \"n\" is unauthorized: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    'Forbidden',
  ],
])('B01: what admission says with %i %s, %s, is %s', (code, reason, message, expected) => {
  const error = refusal('POST', code, words(code, reason, message), undefined, 'n');
  expect(error).toMatchObject({ code: expected, objectMissing: false });
});
