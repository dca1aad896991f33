import { expect, test } from 'vitest';
import { render } from '../../src/backends/native/render.ts';
import { recipeOf } from '../../src/backends/native/schema/recipe.ts';
import { schemaJob } from '../../src/backends/native/schema/job.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { previewStatus } from '../../src/status/preview-status.ts';
import { aDagRepository, aDesign, anObserved, aPreview, aSeen, NOW, verified } from '../support/builders.ts';
import { container, containersOf, environmentOf, find, podsOf } from '../backends/rendered.ts';
import { podSecurityFaults } from '../support/pod-security.ts';
import { nine } from '../support/nine.ts';

const repository = (parts: 'together' | 'apart') =>
  aDagRepository({ airflow: { parts, config: { tables: { extra: 'yes', size: 3 } } } });
const objects = (parts: 'together' | 'apart' = 'apart') =>
  render(aDesign({ repository: repository(parts) }), nine);

test('another generation has its own parts, each with what its work needs', () => {
  const { airflow } = podsOf(objects());
  expect(containersOf(airflow!).map(({ name }) => name)).toEqual(['git-sync', 'migrate', 'window', 'brain']);
  const [migrate, window, brain] = ['migrate', 'window', 'brain'].map((name) => container(airflow, name));
  expect(migrate!.command?.at(-1)).toMatch(/exec airflow tables create$/);
  expect(window!.command).toEqual(['dumb-init', '--', 'airflow', 'show', '--all']);
  expect(window).toMatchObject({
    readinessProbe: { httpGet: { path: '/feature/hardy/window' } },
    ports: [{ containerPort: 8080 }],
  });
  expect(brain).toMatchObject({ readinessProbe: { exec: {} }, resources: { limits: { memory: '2Gi' } } });
  expect(brain).not.toHaveProperty('ports');
  const hasToken = ({ volumeMounts = [] }: typeof brain & object) =>
    volumeMounts.some(({ name }) => name === 'token');
  expect([window, brain].map((one) => hasToken(one!))).toEqual([false, true]);
});

test('in one container it brings its own commands and imports', () => {
  const { data } = find(objects('together'), 'ConfigMap', 'airflow-parts') as unknown as {
    data: Record<string, string>;
  };
  expect(JSON.parse(data['commands.json']!)).toEqual({
    parts: { window: ['show', '--all'], brain: ['think'] },
    migrate: ['tables', 'create'],
  });
  expect(data['generation.py']).toBe(nine.generation);
});

test('its settings are its own, and none of 3.x is left', () => {
  const all = objects();
  const pods = podsOf(all);
  expect(environmentOf(all, container(pods['airflow'], 'brain'))).toMatchObject({
    AIRFLOW__WINDOW__TITLE: 'feature/hardy',
    AIRFLOW__WINDOW__URL: aDesign().url,
    AIRFLOW__WINDOW__KEY: '<from a Secret>',
    AIRFLOW__BRAIN__LIBRARY: '/git/current/dags',
  });
  expect(JSON.stringify(all)).not.toMatch(/api-server|api_server|api\/v2|API_AUTH|EXECUTION_API|triggerer/);
});

test('a task that needs the database has its URL, behind the password that is in it', () => {
  const { env = [] } = container(podsOf(objects())['worker'], 'base');
  const names = env.map(({ name }) => name);
  expect(names.slice(-2)).toEqual(['DATABASE_PASSWORD', 'AIRFLOW__TABLES__URL']);
  expect(env.at(-1)?.value).toContain('$(DATABASE_PASSWORD)@postgres');
});

test.each(['together', 'apart'] as const)('its pods meet PodSecurity restricted (%s)', (parts) => {
  for (const pod of Object.values(podsOf(objects(parts)))) expect(podSecurityFaults(pod)).toEqual([]);
});

test('its schema is made by its own command, from what decides its tables', () => {
  const one = repository('together');
  const recipe = recipeOf('dags', one.spec, nine);
  expect(recipe.env).toEqual({ AIRFLOW__TABLES__EXTRA: 'yes' });
  expect(JSON.stringify(schemaJob(one, recipe, {}))).toContain('["airflow","tables","create"]');
});

const waitsFor = (body: unknown) => {
  const { conditions } = previewStatus({
    preview: aPreview({ status: verified }),
    plan: { kind: 'Converge', design: aDesign() },
    observed: anObserved({ airflow: nine.health.read(body) }),
    repository: undefined,
    trouble: undefined,
    seen: aSeen(),
    now: NOW,
  });
  return findCondition(conditions, 'AirflowHealthy');
};

test('the status waits for the parts that it has', () => {
  expect(waitsFor(undefined)).toMatchObject({ status: 'False', message: 'Waiting for window, brain.' });
  expect(waitsFor({ parts: { window: true } })).toMatchObject({ message: 'Waiting for brain.' });
  expect(waitsFor({ parts: { window: true, brain: true } })).toMatchObject({ status: 'True' });
});
