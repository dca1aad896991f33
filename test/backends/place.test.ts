import { expect, test } from 'vitest';
import { schemaJob } from '../../src/backends/native/schema/job.ts';
import { recipeOf } from '../../src/backends/native/schema/recipe.ts';
import { dialectOf } from '../../src/airflow/all.ts';
import { aDagRepository, aDesign } from '../support/builders.ts';
import { container, environmentOf, podsOf, rendered } from './rendered.ts';

const proxy = { http: 'http://10.1.2.3:3128', https: 'http://10.1.2.3:3128', no: 'git.corp,$(HOME)' };
const through = rendered({ ...aDesign(), proxy });

test.each([
  ['airflow', 'git-sync'],
  ['airflow', 'airflow'],
  ['worker', 'git-sync'],
  ['worker', 'base'],
])('in the pod %s, %s goes through the proxy, but not to what is inside the cluster', (pod, name) => {
  const env = environmentOf(through, container(podsOf(through)[pod], name));
  for (const variable of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'])
    expect(env[variable], variable).toBe('http://10.1.2.3:3128');
  const { namespace } = aDesign();
  expect(env['NO_PROXY']).toBe(env['no_proxy']);
  const no = env['NO_PROXY']!.split(',');
  // What the setting says is text; the API server's address is put in by the kubelet.
  expect(no.slice(0, 2)).toEqual(['git.corp', '$$(HOME)']);
  expect(no.slice(2)).toEqual(
    expect.arrayContaining(['localhost', 'postgres', `.${namespace}`, '.svc', '$(KUBERNETES_SERVICE_HOST)']),
  );
});

test('the database knows nothing of a proxy, and without one nobody does', () => {
  const text = JSON.stringify(podsOf(through)['postgres']);
  expect(text).not.toContain('PROXY');
  expect(JSON.stringify(rendered(aDesign()))).not.toMatch(/_proxy/i);
});

const ids = /"(runAsUser|runAsGroup|fsGroup)":/;

test('where the cluster assigns users, no pod of a preview asks for one', () => {
  expect(JSON.stringify(podsOf(rendered(aDesign())))).toMatch(ids);
  const pods = podsOf(rendered({ ...aDesign(), userIds: 'assigned' }));
  expect(Object.keys(pods)).toEqual(['airflow', 'postgres', 'worker']);
  expect(JSON.stringify(pods)).not.toMatch(ids);
  // What PodSecurity `restricted` wants is still there.
  for (const pod of Object.values(pods)) expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
});

test('nor does the Job that makes the schema', () => {
  const repository = aDagRepository();
  const recipe = recipeOf('dags', repository.spec, dialectOf('3.3.2'));
  expect(JSON.stringify(schemaJob(repository, recipe, {}))).toMatch(ids);
  expect(JSON.stringify(schemaJob(repository, recipe, {}, 'assigned'))).not.toMatch(ids);
});
