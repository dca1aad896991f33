import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReadyBranch } from '../../demo/branch-ready.ts';
import { dagRun } from '../../demo/dag-run.ts';
import { names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch } from '../support/e2e/branch.ts';
import { openBrowser, type OpenBrowser } from '../support/e2e/chromium.ts';
import { isReady } from '../support/e2e/living.ts';
import { logsOfWorkers } from '../support/e2e/logs.ts';
import { podsOf, programsThatRead } from '../support/e2e/pod-processes.ts';
import { ProcessWatch } from '../support/e2e/process-watch.ts';
import { productionObjects } from '../support/e2e/production-objects.ts';
import { readable } from '../support/e2e/readable.ts';
import { runToEnd } from '../support/e2e/run-to-end.ts';
import { guisesOf, secretOf } from '../support/e2e/secrets.ts';
import { SeenPods } from '../support/e2e/seen-pods.ts';
import { onNode } from '../support/e2e/tier.ts';
import { readWaitingPage } from '../support/e2e/waiting-page.ts';

/** All of them switched on by their own code, all of them due. */
const DUE = ['cron', 'catch_up', 'continuous', 'after_orders'];
const ASKED_FOR = ['deferred', 'mapped', 'pods', 'writes_orders'];
const SIDE_CAR_IMAGE = 'alpine:3.24.1';
const BRANCH = 'feature/hardy';

onNode('a preview of a private repository', () => {
  const stage = aStage();
  const ended = new AbortController();
  let world: World;
  let preview: ReadyBranch;
  let browser: OpenBrowser;
  let password: string;
  let processes: ProcessWatch;
  let before: Awaited<ReturnType<typeof readWaitingPage>>;
  let readyAt: number;
  let assetRun: string;
  const pods = new SeenPods();
  let workerLogs = '';

  beforeAll(async () => {
    ({ world } = stage());
    browser = await openBrowser();
    const login = await secretOf(world.kube, names.namespace, names.credentials);
    password = login['password']!;
    processes = new ProcessWatch(guisesOf(login['username']!, password));
    void processes.follow(ended.signal);

    await world.sandbox.addImages([SIDE_CAR_IMAGE]);
    const commit = await newBranch(world, BRANCH, { dags: [...DUE, ...ASKED_FOR] });
    await world.clone.push(BRANCH);
    before = await readWaitingPage(world, browser, BRANCH);
    preview = await isReady(world, BRANCH, commit);
    readyAt = performance.now();
    void pods.follow(world.kube, preview.namespace, ended.signal);
    // Its consumer would be due as soon as it has run.
    assetRun = await preview.airflow.trigger('writes_orders');
  });
  afterAll(async () => {
    ended.abort();
    await browser?.close();
  });

  it('shows a page that says what is happening, which turns into Airflow by itself', async () => {
    expect(before.status).toBe(503);
    expect(before.text).toContain('Getting ready');
    expect(before.text).toContain(BRANCH);
    await browser.page.getByRole('link', { name: 'Dags', exact: true }).waitFor({ timeout: 60_000 });
    // An open page keeps asking Airflow for news.
    await browser.page.close();
  });

  it('is opened by a real browser under its path, and lacks nothing', async () => {
    const { page, failures } = await browser.afresh();
    await page.goto(preview.airflow.url);
    await page.getByRole('link', { name: 'Dags', exact: true }).click();
    await page.getByRole('link', { name: 'hello', exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    await browser.screenshot(page, 'dags');
    expect(new URL(page.url()).pathname).toBe(`/${BRANCH}/dags`);
    expect(failures).toEqual([]);
    await page.close();
  });

  it('runs a DAG to success, each task in a pod of its own, whose log is readable while it runs', async () => {
    expect(await dagRun(world, preview, 280)).toBe('success');
  });

  it('starts the pods that DAGs written for production ask for, deferred ones too, and says what it changed', async () => {
    const { airflow, namespace } = preview;
    await productionObjects(world, namespace);
    const logsItsPod = async (run: string) => {
      const wanted = ["in this preview's namespace", "because previews have no 'etl'", 'everything is there'];
      await until(
        'the task’s log to tell of its pod while it runs',
        async () => {
          const log = await airflow.log('pods', run, 'everything');
          const missing = wanted.filter((text) => !log.includes(text));
          return missing.length === 0
            ? { done: true }
            : { yet: `no ${missing.join(', no ')} in ${log.slice(-2_000)}` };
        },
        { signal: AbortSignal.timeout(240_000), everyMs: 1_000 },
      );
    };
    const [ordinary, deferred] = await Promise.all([
      runToEnd(airflow, pods, 'pods', 280, logsItsPod),
      runToEnd(airflow, pods, 'deferred', 280),
    ]);
    expect(ordinary).toMatchObject({ state: 'success', failed: ['kept_as_it_failed'] });
    expect(deferred).toMatchObject({ state: 'success', failed: [] });
    for (const task of ['sensor', 'pod']) expect(deferred.states.get(task), task).toContain('deferred');

    const started = [
      ['pods', 'everything', ['gone']],
      ['pods', 'kept', ['kept']],
      ['pods', 'kept_as_it_failed', ['kept']],
      ['pods', 'gone_as_it_succeeded', ['gone']],
      ['deferred', 'pod', ['gone']],
    ] as const;
    const becameOf = () =>
      started.map(([dag, task]) => [
        dag,
        task,
        pods.startedBy(dag, task).map(({ gone }) => (gone ? 'gone' : 'kept')),
      ]);
    await expect.poll(becameOf, { timeout: 60_000 }).toEqual(started);
    const [everything] = pods.startedBy('pods', 'everything');
    expect(everything).toMatchObject({
      pod: {
        spec: {
          serviceAccountName: 'worker',
          imagePullSecrets: [{ name: 'registry' }],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } },
          containers: [
            { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } } },
            { name: 'airflow-xcom-sidecar' },
          ],
        },
      },
    });
    const overridden = pods.all.filter(({ metadata }) => metadata.labels?.['team'] === 'hardy');
    expect(overridden.map(({ spec }) => spec['serviceAccountName'])).toEqual(['worker']);
  });

  it('runs a task mapped 50-fold in 50 pods, and a real browser shows it', async () => {
    const { airflow, namespace } = preview;
    const readTheirLogs = async (run: string) => {
      await until(
        'a worker to have finished',
        () => (pods.workersOf(run).length > 0 ? { done: true } : { yet: 'none has' }),
        { signal: AbortSignal.timeout(350_000) },
      );
      workerLogs = await logsOfWorkers(world, namespace);
    };
    const { id, state, failed } = await runToEnd(airflow, pods, 'mapped', 400, readTheirLogs);
    expect({ state, failed }).toEqual({ state: 'success', failed: [] });
    const squares = Array.from({ length: 50 }, (_, index) => `square[${index}]`);
    expect(pods.workersOf(id).toSorted()).toEqual([...squares, 'add_up'].toSorted());

    const { page, failures } = await browser.afresh();
    await page.goto(`${airflow.url}/dags/mapped`);
    await page
      .getByText(/square/)
      .first()
      .waitFor();
    await page.waitForLoadState('networkidle');
    await browser.screenshot(page, 'mapped');
    await page.goto(`${airflow.url}/dags/mapped/runs/${encodeURIComponent(id)}/tasks/square/mapped`);
    const succeeded = page.getByRole('row').filter({ hasText: 'Success' });
    await until(
      'a row of each of the 50',
      async () => {
        const rows = await succeeded.count();
        return rows === 50 ? { done: true } : { yet: `${rows} that succeeded` };
      },
      { signal: AbortSignal.timeout(30_000) },
    ).finally(() => browser.screenshot(page, 'fifty'));
    expect(failures).toEqual([]);
  }, 450_000);

  it('shows the git password to git-sync alone, and only as a file', async () => {
    const { namespace } = preview;
    expect(processes.found).toEqual([]);

    const texts = await readable(world, namespace);
    const containers = [...texts.keys()].map((where) => /^log of \S+ (\S+)$/.exec(where)?.[1]);
    expect(containers).toEqual(expect.arrayContaining(['git-sync', 'airflow', 'postgres', 'base']));
    expect(texts.get('Offshoot’s log')).toContain(BRANCH);
    expect(workerLogs).toMatch(/\/git-sync\]/);
    expect(workerLogs).toMatch(/\/base\]/);
    const gone = [
      ['workers’ logs', workerLogs],
      ['pods that were there', JSON.stringify(pods.all)],
    ] as const;
    for (const [where, text] of [...texts, ...gone])
      for (const guise of guisesOf('offshoot', password)) expect(text.includes(guise), where).toBe(false);

    // Else that says little: the database, Airflow, its workers, and the pods that these started.
    expect(processes.seen.looks).toBeGreaterThan(20);
    expect(processes.seen.pods).toBeGreaterThanOrEqual(60);
    expect(pods.all.length).toBeGreaterThanOrEqual(60);

    const holding = await programsThatRead(
      '/etc/git-secret/gitconfig',
      guisesOf('offshoot', password),
      await podsOf(world.kube, namespace),
    );
    expect(holding).toContain('/git-sync');
    // It starts a script, which starts git, which starts `git-remote-http` and others.
    expect(holding.filter((program) => !/^(git(-.*)?|sh|timeout)$/.test(basename(program)))).toEqual([]);
  });

  it('runs nothing that nobody asked for in three minutes, though four DAGs are due and switched on', async () => {
    const { airflow } = preview;
    await until(
      'the asset to be updated',
      async () => {
        const { total_entries } = await airflow.json<{ total_entries: number }>(
          'GET',
          '/api/v2/assets/events',
        );
        return total_entries > 0 ? { done: true } : { yet: 'no event' };
      },
      { signal: AbortSignal.timeout(120_000) },
    );
    const { dags } = await airflow.json<{ dags: { dag_id: string; is_paused: boolean }[] }>(
      'GET',
      '/api/v2/dags?limit=100',
    );
    expect(dags.filter(({ is_paused }) => !is_paused).map(({ dag_id }) => dag_id)).toEqual(
      expect.arrayContaining(DUE),
    );

    await sleep(Math.max(0, readyAt + 180_000 - performance.now()));
    const ran = (await airflow.runs()).map(({ dag }) => dag).sort();
    expect(ran).toEqual([...ASKED_FOR, 'hello'].sort());
    expect((await airflow.runs()).find(({ id }) => id === assetRun)?.state).toBe('success');
  });
});
