import { expect, test } from 'vitest';
import { materialSecrets } from '../../src/backends/native/material-secrets.ts';
import { restartedBy } from '../../src/backends/shared/materials.ts';
import { AIRFLOW_ENV } from '../../src/model/airflow-env.ts';
import { createRendering } from '../../src/plan/rendering.ts';
import { aDagRepository, aDesign, planSettings } from '../support/builders.ts';
import { containersOf, environmentOf, find, podsOf, rendered } from './rendered.ts';
import type { Material } from '../../src/model/material.ts';

const plain = (name: string, value: string) => ({ name, value });
const secret = (variable: string, name = 'warehouse', key = 'uri') => ({
  name: variable,
  valueFrom: { secretKeyRef: { name, key } },
});
type Env = (ReturnType<typeof plain> | ReturnType<typeof secret>)[];

const repositoryWith = (env: Env, parts: 'together' | 'apart' = 'together') =>
  aDagRepository({ airflow: { env, parts } });
const designWith = (...[env, parts]: Parameters<typeof repositoryWith>) =>
  aDesign({ repository: repositoryWith(env, parts) });

test.each([
  ['together', ['airflow']],
  ['apart', ['migrate', 'api-server', 'scheduler', 'dag-processor', 'triggerer']],
] as const)('all of Airflow and its tasks have the variables, and nobody else has (%s)', (parts, own) => {
  const objects = rendered(designWith([plain('STAGE', 'a $(PATH) $$ b'), secret('CONN')], parts));
  const pods = podsOf(objects);
  const having = Object.values(pods)
    .flatMap(containersOf)
    .filter((one) => 'STAGE' in environmentOf(objects, one));
  expect(having.map(({ name }) => name)).toEqual([...own, 'base']);
  for (const container of having) {
    expect(environmentOf(objects, container)['STAGE']).toBe('a $(PATH) $$ b');
    // What the kubelet would expand: nothing of it is there.
    expect(container.env?.map(({ name }) => name)).not.toContain('STAGE');
    expect(container.env).toContainEqual({
      name: 'CONN',
      valueFrom: { secretKeyRef: { name: AIRFLOW_ENV, key: 'CONN' } },
    });
  }
  const others = Object.values(pods)
    .flatMap(containersOf)
    .filter((one) => !having.includes(one));
  expect(JSON.stringify(others)).not.toContain(AIRFLOW_ENV);
});

test('the Secret has a key for each variable', () => {
  const material: Material = { secret: AIRFLOW_ENV, part: 'airflow', restarts: true, values: { CONN: 'x' } };
  expect(materialSecrets(designWith([secret('CONN')]), [material])).toMatchObject([
    { metadata: { name: AIRFLOW_ENV }, data: { CONN: Buffer.from('x').toString('base64') } },
  ]);
});

/** The template of Airflow's pods, with these variables and these contents of Secrets: Kubernetes restarts them when it changes. */
function template(env: Env, values: Record<string, string> = {}): unknown {
  const design = designWith(env);
  const materials = [{ secret: AIRFLOW_ENV, part: 'airflow', restarts: true, values }];
  const airflow = find(rendered(design), 'Deployment', 'airflow');
  return restartedBy(design, materials)(airflow)['spec'];
}

test('Airflow restarts when a value changes, including one in a Secret, and for nothing else', () => {
  const env = [plain('STAGE', 'a'), plain('REGION', 'north'), secret('CONN')];
  const before = template(env, { CONN: 'x' });
  expect(
    template([plain('STAGE', 'b'), plain('REGION', 'north'), secret('CONN')], { CONN: 'x' }),
  ).not.toEqual(before);
  expect(template(env, { CONN: 'y' })).not.toEqual(before);
  expect(template(env.slice(1), { CONN: 'x' }), 'one less').not.toEqual(before);
  expect(template([...env].reverse(), { CONN: 'x' }), 'another order').toEqual(before);
  const elsewhere = [...env.slice(0, 2), secret('CONN', 'another', 'key')];
  expect(template(elsewhere, { CONN: 'x' }), 'the same value from elsewhere').toEqual(before);
});

test('another Secret or key is a change that reaches the previews there are, although no object shows it', () => {
  const rendering = createRendering({ render: rendered }, planSettings);
  const of = (...env: Env) => rendering(repositoryWith(env));
  const before = of(plain('A', 'x'), secret('CONN'));
  expect(of(plain('A', 'x'), secret('CONN', 'another'))).not.toBe(before);
  expect(of(plain('A', 'x'), secret('CONN', 'warehouse', 'key'))).not.toBe(before);
  expect(of(plain('A', 'y'), secret('CONN'))).not.toBe(before);
  expect(of(secret('CONN'), plain('A', 'x')), 'another order').toBe(before);
});
