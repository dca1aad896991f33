import { expect, test } from 'vitest';
import { milestones } from '../../src/backends/native/look/milestones.ts';
import { createLook } from '../../src/backends/native/look/look.ts';
import { native } from '../../src/backends/native/native.ts';
import { chooseFrom } from '../../src/airflow/choose.ts';
import { dialects } from '../../src/airflow/all.ts';
import { render } from '../../src/backends/native/render.ts';
import { recipeOf } from '../../src/backends/native/schema/recipe.ts';
import { schemaJob } from '../../src/backends/native/schema/job.ts';
import { findCondition } from '../../src/model/conditions.ts';
import { previewStatus } from '../../src/status/preview-status.ts';
import {
  aContainer,
  aDagRepository,
  aDesign,
  aLive,
  anObserved,
  aPod,
  aPreview,
  aScene,
  aSeen,
  NOW,
  verified,
} from '../support/builders.ts';
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

const airflows = { dialects: [...dialects, nine], dialectOf: chooseFrom([...dialects, nine]) };

test('it answers as soon as its window runs', () => {
  const look = createLook(() => [], airflows);
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'airflow' } };
  const serving = (running: string) => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'airflow-7d9f' },
      status: { containerStatuses: [{ name: running, image: 'i', state: { running: {} } }] },
    };
    return look(aLive({ objects: new Map([['Service/airflow', service]]), pods: [pod] })).endpoint?.serving;
  };
  expect(['window', 'brain', 'api-server', 'scheduler'].map(serving)).toEqual([true, false, true, false]);
});

test('its DAG folder is there once its brain is ready', () => {
  const folder = (ready: string) => {
    const containers = ['window', 'brain'].map((name) => aContainer(name, { ready: name === ready }));
    const scene = aScene({ pods: [aPod('airflow', { containers })] });
    return milestones(scene, aDesign(), nine.parts).at(-1)?.reached;
  };
  expect(['window', 'brain'].map(folder)).toEqual([false, true]);
});

test('offshoot logs knows the names of its parts', () => {
  expect(native({ ...airflows, dialects: [nine] }).partsIn('airflow')).toEqual(['window', 'brain']);
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
