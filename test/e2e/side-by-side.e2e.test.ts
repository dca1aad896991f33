import { beforeAll, expect, it } from 'vitest';
import type { ReadyBranch } from '../../demo/branch-ready.ts';
import { names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { aDag, newBranch, nextCommit } from '../support/e2e/branch.ts';
import { conditionOf, isReady } from '../support/e2e/living.ts';
import { allProcesses, podsOf } from '../support/e2e/pod-processes.ts';
import { secretOf } from '../support/e2e/secrets.ts';
import { onNode } from '../support/e2e/tier.ts';
import { refusalsFor } from '../support/e2e/worker-token.ts';

onNode('two branches side by side', () => {
  const stage = aStage();
  let world: World;
  let one: ReadyBranch;
  let other: ReadyBranch;

  beforeAll(async () => {
    ({ world } = stage());
    const push = async (name: string): Promise<() => Promise<ReadyBranch>> => {
      const branch = `feature/${name}`;
      const commit = await newBranch(world, branch, { files: aDag(`only_${name}`) });
      await world.clone.push(branch);
      return () => isReady(world, branch, commit);
    };
    const [first, second] = [await push('one'), await push('other')];
    [one, other] = await Promise.all([first(), second()]);
  });

  it('list their own DAGs, with their own sources, and no others', async () => {
    for (const { airflow, commit } of [one, other]) {
      const { dags } = await airflow.json<{ dags: { dag_id: string }[] }>('GET', '/api/v2/dags?limit=100');
      expect(dags.map(({ dag_id }) => dag_id).sort()).toEqual([...commit.sources.keys()].sort());
      expect(await airflow.shows(commit.sources)).toEqual({ done: true });
    }
    expect(one.commit.sources.get('hello')).not.toBe(other.commit.sources.get('hello'));
    expect(one.airflow.url).not.toBe(other.airflow.url);
  });

  it('have databases that began with the schema of their image, which nobody migrated', async () => {
    for (const { namespace } of [one, other]) {
      const log = (part: string) =>
        world.kubectl(['logs', `deployment/${part}`, `--container=${part}`, '--namespace', namespace]);
      expect(await log('postgres')).toContain('offshoot: schema restored');
      const said = await log('airflow');
      expect(said).toContain('the database has its schema');
      expect(said).not.toContain('migrating');
    }
  });

  it('hold none of the other’s secrets, in no process of any pod', async () => {
    for (const [holder, stranger] of [
      [one, other],
      [other, one],
    ] as const) {
      const pods = await podsOf(world.kube, holder.namespace);
      const processes = (await allProcesses()).filter(({ pod }) => pod !== undefined && pods.has(pod));
      const holding = (secrets: Record<string, string>) =>
        Object.entries(secrets).flatMap(([key, value]) =>
          processes.some(({ environment, command }) => `${environment}\0${command}`.includes(value))
            ? [key]
            : [],
        );
      // Its own are found this way, so those of another would be.
      expect(holding(await secretOf(world.kube, holder.namespace, 'airflow-keys'))).toContain(
        'database-password',
      );
      expect(holding(await secretOf(world.kube, stranger.namespace, 'airflow-keys'))).toEqual([]);
    }
  });

  it('do not let the other into their database', async () => {
    const own = await secretOf(world.kube, one.namespace, 'airflow-keys');
    const password = own['database-password']!;
    const theirs = await addressOf(world, other.namespace, 'postgres');
    expect(
      await logIn(world, one.namespace, password, await addressOf(world, one.namespace, 'postgres')),
    ).toBe('1');
    await expect(logIn(world, one.namespace, password, theirs)).rejects.toThrow(
      /password authentication failed/,
    );
    await expect(logIn(world, one.namespace, '', theirs)).rejects.toThrow(/no password supplied/);
  });

  it('run tasks as an identity that can read nothing of the other', async () => {
    const { asked, allowed } = await refusalsFor(world, one.namespace, other.namespace);
    expect(asked).toBeGreaterThan(20);
    expect(allowed).toEqual([]);
    // The identity itself works: at home it may see its pods.
    expect((await refusalsFor(world, one.namespace, one.namespace)).allowed).toContain('pods');
  });

  it('are fenced off from each other by NetworkPolicies', async ({ skip }) => {
    for (const { namespace } of [one, other]) {
      const said = await world.kubectl(['get', 'networkpolicies', '--namespace', namespace, '--output=name']);
      expect(said).toContain('isolation');
    }
    skip(
      'rendered; whether packets are dropped cannot be shown: the sandbox’s bridge plugin enforces no NetworkPolicy',
    );
  });

  it('follow their branch through a force-push', async () => {
    const { branch, airflow } = other;
    await world.clone.git('switch', '--quiet', branch);
    await world.clone.git('reset', '--quiet', '--hard', 'main');
    const commit = await nextCommit(world, branch, { files: aDag('rewritten') });
    await world.clone.git('push', '--quiet', '--force', 'origin', branch);
    await until(
      'the rewritten branch to arrive',
      async () => {
        const { dags } = await airflow.json<{ dags: { dag_id: string }[] }>('GET', '/api/v2/dags?limit=100');
        if (dags.some(({ dag_id }) => dag_id === 'only_other'))
          return { yet: 'a DAG that is no more is listed' };
        const synced = world.tracker.preview(branch)?.status?.commit?.synced;
        if (synced !== commit.id) return { yet: `the Preview is at ${synced}` };
        return airflow.shows(commit.sources);
      },
      { signal: AbortSignal.timeout(120_000) },
    );
  });

  it('are joined by a third, and updated two at a time when their DagRepository changes', async () => {
    const branch = 'feature/third';
    const commit = await newBranch(world, branch);
    await world.clone.push(branch);
    const all = [one, other, await isReady(world, branch, commit)];
    const repository = ['dagrepository', names.repository, '--namespace', names.namespace];
    const spec = { airflow: { config: { core: { parallelism: 7 } } } };
    await world.kubectl(['patch', ...repository, '--type=merge', '--patch', JSON.stringify({ spec })]);
    const seen = new Set<string>();
    let most = 0;
    await until(
      'all three to have been updated',
      async () => {
        const conditions = all.map((preview) => ({
          ...preview,
          ready: conditionOf(world.tracker, preview.branch),
        }));
        const away = conditions.filter(({ ready }) => ready?.status !== 'True');
        for (const { ready, branch } of away) if (ready?.reason === 'Updating') seen.add(branch);
        most = Math.max(most, away.length);
        const updated = await world.kubectl(['get', ...repository, '--output=jsonpath={.status.updated}']);
        return seen.size === 3 && away.length === 0 && updated === '3/3'
          ? { done: true }
          : {
              yet: `${updated}; ${away.map(({ ready }) => `${ready?.reason}: ${ready?.message}`).join('; ')}`,
            };
      },
      { signal: AbortSignal.timeout(240_000), everyMs: 100 },
    );
    expect(most).toBe(2);
    const exec = ['exec', 'deployment/airflow', '--container=airflow'];
    for (const { namespace, airflow } of all) {
      const print = ['--', 'printenv', 'AIRFLOW__CORE__PARALLELISM'];
      expect((await world.kubectl([...exec, '--namespace', namespace, ...print])).trim()).toBe('7');
      expect(await airflow.health()).toHaveProperty('done');
    }
  });
});

async function addressOf({ kube }: World, namespace: string, service: string): Promise<string> {
  const { body } = await kube.get(`/api/v1/namespaces/${namespace}/services/${service}`);
  return (body as { spec: { clusterIP: string } }).spec.clusterIP;
}

/** Logs in from inside a namespace's database pod, over the network. */
async function logIn({ kubectl }: World, namespace: string, password: string, host: string): Promise<string> {
  const psql = ['psql', '--no-password', '--tuples-only', '--no-align', '--command=select 1', 'airflow'];
  const said = await kubectl([
    ...['exec', 'deployment/postgres', '--namespace', namespace, '--'],
    ...['env', `PGPASSWORD=${password}`, `PGHOST=${host}`, 'PGUSER=airflow', 'PGCONNECT_TIMEOUT=10', ...psql],
  ]);
  return said.trim();
}
