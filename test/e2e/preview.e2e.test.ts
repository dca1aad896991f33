import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReadyBranch } from '../../demo/branch-ready.ts';
import { dagRun } from '../../demo/dag-run.ts';
import { names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import { logFileIn, type World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch } from '../support/e2e/branch.ts';
import { openBrowser, type OpenBrowser } from '../support/e2e/chromium.ts';
import { isReady } from '../support/e2e/living.ts';
import { logsOf } from '../support/e2e/logs.ts';
import { allProcesses, podsOf } from '../support/e2e/pod-processes.ts';
import { ProcessWatch } from '../support/e2e/process-watch.ts';
import { guisesOf, secretOf } from '../support/e2e/secrets.ts';
import { onNode } from '../support/e2e/tier.ts';
import { readWaitingPage } from '../support/e2e/waiting-page.ts';

/** All of them switched on by their own code, all of them due. */
const DUE = ['cron', 'catch_up', 'continuous', 'after_orders'];
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

  beforeAll(async () => {
    ({ world } = stage());
    browser = await openBrowser();
    const login = await secretOf(world.kube, names.namespace, names.credentials);
    password = login['password']!;
    processes = new ProcessWatch(guisesOf(login['username']!, password));
    void processes.follow(ended.signal);

    const commit = await newBranch(world, BRANCH, { dags: [...DUE, 'writes_orders'] });
    await world.clone.push(BRANCH);
    before = await readWaitingPage(world, browser, BRANCH);
    preview = await isReady(world, BRANCH, commit);
    readyAt = performance.now();
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
  });

  it('runs a DAG to success, each task in a pod of its own, whose log is readable while it runs', async () => {
    expect(await dagRun(world, preview, 280)).toBe('success');
  });

  it('shows the git password to git-sync alone, and only as a file', async () => {
    const { namespace } = preview;
    const kept = processes.seen;
    expect(kept.looks).toBeGreaterThan(20);
    // The database, Airflow, and the three tasks.
    expect(kept.pods).toBeGreaterThanOrEqual(5);
    expect(processes.found).toEqual([]);

    const kinds = 'pods,deployments,replicasets,services,configmaps,events,serviceaccounts';
    const objects = await world.kubectl(['get', kinds, '--namespace', namespace, '--output=json']);
    const previews = await world.kubectl([
      'get',
      'previews,dagrepositories,events',
      '--all-namespaces',
      '--output=json',
    ]);
    const logs = await logsOf(world, namespace);
    expect([...logs.keys()].map((name) => name.split(' ')[1])).toEqual(
      expect.arrayContaining(['git-sync', 'airflow', 'postgres']),
    );
    const own = await readFile(logFileIn(world.folder), 'utf8');
    expect(own).toContain(BRANCH);
    for (const [where, text] of [
      ...logs,
      ['objects', objects],
      ['previews', previews],
      ['Offshoot’s log', own],
    ] as const)
      for (const guise of guisesOf('offshoot', password)) expect(text.includes(guise), where).toBe(false);

    const pods = await podsOf(world.kube, namespace);
    const readers = (await allProcesses()).filter(({ pod }) => pod !== undefined && pods.has(pod));
    const holding: string[] = [];
    for (const { pid, command } of readers) {
      const file = await readFile(`/proc/${pid}/root/etc/git-secret/gitconfig`, 'utf8').catch(() => '');
      if (guisesOf('offshoot', password).some((guise) => file.includes(guise)))
        holding.push(command.split('\0')[0]!);
    }
    expect([...new Set(holding)].filter((program) => !program.endsWith('git'))).toEqual(['/git-sync']);
  });

  it('runs nothing that nobody asked for, though four DAGs are due and switched on', async () => {
    const { airflow } = preview;
    const run = await airflow.trigger('writes_orders');
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

    // A minute from when they were listed has the start of a minute in it; the asset's consumer would be due at once.
    await sleep(Math.max(10_000, readyAt + 65_000 - performance.now()));
    const ran = (await airflow.runs()).map(({ dag }) => dag).sort();
    expect(ran).toEqual(['hello', 'writes_orders']);
    expect((await airflow.runs()).find(({ id }) => id === run)?.state).toBe('success');
  });
});
