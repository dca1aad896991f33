import { expect, test } from 'vitest';
import { whole } from '../../src/cli/doctor/images.ts';
import { missingRights, type Rule } from '../../src/cli/doctor/rights.ts';

const rule = (verbs: string[], resources: string[], apiGroups = [''], resourceNames?: string[]): Rule => ({
  verbs,
  resources,
  apiGroups,
  ...(resourceNames && { resourceNames }),
});
const required = [
  rule(['get', 'create'], ['secrets', 'pods/log']),
  rule(['bind'], ['clusterroles'], ['rbac.authorization.k8s.io'], ['one', 'two']),
];

test.each<[what: string, granted: Rule[], missing: string[]]>([
  ['all of it', required, []],
  ['everything there is', [rule(['*'], ['*'], ['*'])], []],
  [
    'nothing',
    [],
    ['get, create secrets', 'get, create pods/log', 'bind clusterroles.rbac.authorization.k8s.io'],
  ],
  [
    'one verb less, and one name less',
    [
      rule(['get'], ['secrets']),
      rule(['get', 'create'], ['pods/log']),
      rule(['bind'], ['clusterroles'], ['rbac.authorization.k8s.io'], ['one']),
    ],
    ['create secrets', 'bind clusterroles.rbac.authorization.k8s.io'],
  ],
  [
    'the same in another group, and to some objects only',
    [rule(['*'], ['*'], ['apps']), rule(['get', 'create'], ['secrets'], [''], ['mine'])],
    ['get, create secrets', 'get, create pods/log', 'bind clusterroles.rbac.authorization.k8s.io'],
  ],
])('of the rights required, with %s granted, these are missing', (_what, granted, missing) => {
  expect(missingRights(required, granted)).toEqual(missing);
});

test.each([
  ['postgres:17', 'docker.io/library/postgres:17'],
  ['apache/airflow:3.3.2', 'docker.io/apache/airflow:3.3.2'],
  ['apache/airflow', 'docker.io/apache/airflow:latest'],
  ['registry.example.com/airflow:1', 'registry.example.com/airflow:1'],
  ['localhost:5000/airflow', 'localhost:5000/airflow:latest'],
  ['a/b@sha256:00', 'docker.io/a/b@sha256:00'],
])('image %s is %s on a node', (short, long) => {
  expect(whole(short)).toBe(long);
});
