import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Airflow } from '../../demo/airflow.ts';
import { list } from '../../demo/kubectl.ts';
import { names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { ensureHelm } from '../../sandbox/helm.ts';
import { databaseManifests } from './database.ts';
import { chartValues } from './values.ts';

const NAMESPACE = 'bench-chart';
const RELEASE = 'bench';
/** No pattern of the DagRepository matches it: Offshoot leaves it alone. */
const BRANCH = 'chart/bench';
const LIMIT_SECONDS = 400;

const run = promisify(execFile);

/** Seconds from right before `helm install` until the chart's Airflow is what a preview has to be to count as ready. */
export async function chartReady(world: World, chart: string): Promise<number> {
  const { kubectl, kube, clone, steps, sandbox, narrator, folder } = world;
  const helm = await ensureHelm(narrator.detail);
  const commit = await clone.branch(BRANCH);
  await clone.push(BRANCH);
  world.undo.add('removing the official chart', () => kubectl(['delete', 'namespace', NAMESPACE]), 120);
  await kubectl(['apply', '-f', '-'], list(databaseManifests(NAMESPACE)));
  await kubectl(['wait', '--for=condition=Ready', 'pod', '--all', '-n', NAMESPACE, '--timeout=120s']);
  const values = join(folder, 'chart-values.json');
  const source = { url: await urlWithLogin(world), branch: BRANCH };
  await writeFile(values, JSON.stringify(chartValues(source)));

  const began = performance.now();
  return steps.step('the official chart installed, and healthy', LIMIT_SECONDS, async (signal) => {
    const where = ['--kubeconfig', sandbox.kubeconfig, '--namespace', NAMESPACE];
    await run(helm, ['install', RELEASE, chart, ...where, '--values', values], { signal });
    const { body } = await kube.get(`/api/v1/namespaces/${NAMESPACE}/services/${RELEASE}-api-server`);
    const address = (body as { spec?: { clusterIP: string } }).spec?.clusterIP;
    if (address === undefined) throw new Error(`the chart created no Service ${RELEASE}-api-server`);
    const airflow = new Airflow(`http://${address}:8080`);
    await until(
      'its Airflow to be healthy with its DAGs listed',
      async () => {
        const health = await airflow.health();
        if ('yet' in health) return health;
        return airflow.shows(commit.sources);
      },
      { signal },
    );
    return (performance.now() - began) / 1000;
  });
}

/** With its credentials: the sandbox's stand-in for git-sync takes no password from the environment, which is where the chart puts it. */
async function urlWithLogin({ kubectl, git }: World): Promise<string> {
  const text = await kubectl(['get', 'secret', names.credentials, '-n', names.namespace, '-o', 'json']);
  const { data } = JSON.parse(text) as { data: { username: string; password: string } };
  const url = new URL(git.cloneUrl);
  url.username = Buffer.from(data.username, 'base64').toString();
  url.password = Buffer.from(data.password, 'base64').toString();
  return url.href;
}
