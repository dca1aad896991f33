import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import type { Commit } from '../../demo/dag-clone.ts';
import { listen } from '../../demo/listen.ts';
import { images, names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { aDag, newBranch, nextCommit } from '../support/e2e/branch.ts';
import { areGone, conditionOf, isReady, remarks, saysWhy } from '../support/e2e/living.ts';
import { onNode } from '../support/e2e/tier.ts';
import { isToldIn } from '../support/e2e/told.ts';

const branch = 'feature/robust';
const SLOW = 300_000;
/** Writes more than a preview's /tmp may hold, each time the file is parsed. */
const FILLS = `import os

# airflow DAG
with open("/tmp/fill", "wb") as file:
    os.posix_fallocate(file.fileno(), 0, 1200 * 1024 * 1024)
`;
const BROKEN = '# airflow DAG\nimport nowhere\n';
const HANGS = '# airflow DAG\nwhile True:\n    pass\n';

/** One preview lives through one failure after another; each test begins where the one before ended. */
onNode('one preview, many failures: each is told with its cause, and heals when that is gone', () => {
  const stage = aStage();
  let world: World;
  let commit: Commit;

  beforeAll(() => {
    ({ world } = stage());
  });

  const repository = (spec: object) =>
    world.kubectl([
      ...['patch', 'dagrepository', names.repository, '--namespace', names.namespace],
      ...['--type=merge', '--patch', JSON.stringify({ spec })],
    ]);
  const namespace = () => world.tracker.preview(branch)!.status!.namespace!;
  const pods = async (part: string) =>
    (
      await world.kubectl([
        ...['get', 'pods', '--namespace', namespace(), '--output=jsonpath={.items[*].metadata.uid}'],
        ...['--selector', `app.kubernetes.io/component=${part}`],
      ])
    ).split(' ');
  /** History is rewritten: the branch is what it was before, under another commit. */
  const takeBack = async () => {
    const { clone } = world;
    await clone.git('reset', '--quiet', '--hard', commit.id);
    await clone.git('commit', '--quiet', '--amend', '--message', `Again ${performance.now()}`);
    commit = { ...commit, id: (await clone.git('rev-parse', 'HEAD')).trim() };
    await clone.git('push', '--quiet', '--force', 'origin', branch);
  };

  it(
    'an image that the registry refuses, a quota that is full, a cluster without room',
    { timeout: SLOW },
    async () => {
      const registry = createServer((_request, response) => response.writeHead(401).end('{}'));
      const { url, stop } = await listen(registry, '127.0.0.1', 0);
      const image = `${new URL(url).host}/private/airflow:1`;
      try {
        await repository({ airflow: { image } });
        commit = await newBranch(world, branch);
        await world.clone.push(branch);
        const why = await saysWhy(world, branch, 'ImagePullRefused');
        expect(why).toContain(image);
        const words = 'The registry requires credentials that the nodes do not have';
        expect(why).toContain(words);
        await isToldIn(world, branch, words, ['offshoot ls', 'the waiting page', 'Slack']);
      } finally {
        // One pod fits, and that is the database.
        await repository({ airflow: { image: images.airflow }, quota: { pods: '1' } });
        await stop();
      }
      expect(await saysWhy(world, branch, 'QuotaExceeded')).toMatch(/exceeded quota.*Raise spec\.quota/);
      const node = (await world.kubectl(['get', 'nodes', '--output=name'])).trim().replace('node/', '');
      await world.kubectl(['cordon', node]);
      try {
        await repository({ quota: { pods: '60' } });
        expect(await saysWhy(world, branch, 'PodUnschedulable', 90)).toMatch(
          /unschedulable.*Make room on the nodes/,
        );
      } finally {
        await world.kubectl(['uncordon', node]);
      }
      await isReady(world, branch, commit);
    },
  );

  it(
    'a DAG file that hangs and one that cannot be imported are told, the others are there; a forced push that takes them back heals',
    { timeout: SLOW },
    async () => {
      await nextCommit(world, branch, { files: { 'dags/hang.py': HANGS, 'dags/broken.py': BROKEN } });
      await world.clone.push(branch);
      const said = await remarks(world, branch, 'DagImportTimedOut', 75);
      expect(said).toMatch(/dags\/hang\.py( line \d+)?: AirflowTaskTimeout/);
      expect(said).toMatch(/dags\/broken\.py line 2: ModuleNotFoundError: No module named 'nowhere'/);
      await isToldIn(world, branch, 'move that work into a task', ['offshoot ls', 'Slack']);
      await isReady(world, branch, commit);
      await takeBack();
      await until(
        'the rewritten commit to be synced, and nothing to be wrong',
        () => {
          const { synced } = world.tracker.preview(branch)?.status?.commit ?? {};
          const { reason } = conditionOf(world.tracker, branch) ?? {};
          return synced === commit.id && reason === 'Ready' ? { done: true } : { yet: `${synced} ${reason}` };
        },
        { signal: AbortSignal.timeout(60_000) },
      );
    },
  );

  it('a Slack channel that is gone is told elsewhere; the preview goes on, and Slack hears of it later', async () => {
    const notified = () => conditionOf(world.tracker, branch, 'Notified');
    world.slack.behave({ error: 'channel_not_found' });
    try {
      commit = await nextCommit(world, branch, { files: aDag('unheard') });
      await world.clone.push(branch);
      const said = await until<string>(
        'Notified to be False',
        () =>
          notified()?.reason === 'SlackChannelGone' ? { done: notified()!.message } : { yet: 'silence' },
        { signal: AbortSignal.timeout(60_000) },
      );
      await isToldIn(world, branch, said, ['offshoot ls']);
      await isReady(world, branch, commit);
    } finally {
      world.slack.behave({});
    }
    await isToldIn(world, branch, commit.id.slice(0, 8), ['Slack'], 40);
    await until(
      'nothing to be said about Slack',
      () => (notified() ? { yet: notified()!.message } : { done: true }),
      { signal: AbortSignal.timeout(10_000) },
    );
  });

  it('a credential that has expired, until a valid one lies in the Secret', { timeout: SLOW }, async () => {
    const token = randomUUID();
    world.git.renewToken('offshoot', token);
    // Nobody pushes: git-sync looks by itself, and the probe has to fail twice.
    const said = await remarks(world, branch, 'GitRefused', 90);
    expect(said).toContain('git-sync inside the preview cannot fetch the branch');
    expect(said).toMatch(/Put valid credentials into the Secret/);
    const before = await pods('airflow');
    const secret = ['secret', names.credentials, '--namespace', names.namespace];
    const patch = JSON.stringify({ stringData: { password: token } });
    await world.kubectl(['patch', ...secret, '--type=merge', '--patch', patch]);
    await remarks(world, branch, 'Ready', 150);
    expect(await pods('airflow')).toEqual(before);
  });

  it('a database that is lost: Airflow starts anew with an empty one', { timeout: SLOW }, async () => {
    const before = await pods('airflow');
    await world.kubectl([
      ...['delete', 'pod', '--namespace', namespace()],
      ...['--selector', 'app.kubernetes.io/component=postgres'],
    ]);
    await until(
      'another Airflow pod',
      async () => {
        const now = (await pods('airflow')).filter((uid) => uid !== '' && !before.includes(uid));
        return now.length > 0 ? { done: true } : { yet: 'the old one' };
      },
      { signal: AbortSignal.timeout(30_000) },
    );
    await isReady(world, branch, commit);
    const events = await world.kubectl([
      'get',
      'events',
      '--namespace',
      names.namespace,
      '--output=name',
      '--field-selector=reason=DatabaseLost',
    ]);
    expect(events.trim().split('\n')).toHaveLength(1);
  });

  it(
    'a DAG file that fills the disk: the pod is put out and says so; a fix brings the preview back',
    { timeout: SLOW },
    async () => {
      await nextCommit(world, branch, { files: { 'dags/fill.py': FILLS } });
      await world.clone.push(branch);
      const said = await until<string>(
        'DiskFull',
        () => {
          const { reason, message } = conditionOf(world.tracker, branch) ?? {};
          return reason === 'DiskFull' ? { done: message! } : { yet: `${reason}: ${message}` };
        },
        { signal: AbortSignal.timeout(180_000) },
      );
      expect(said).toMatch(/EmptyDir volume "tmp" exceeds the limit "1Gi".*push a commit that does not/);
      await takeBack();
      await isReady(world, branch, commit);
    },
  );

  it('a pod that its node ends for another reason: another one takes its place', async () => {
    const pods = ['pods', '--namespace', namespace(), '--selector=app.kubernetes.io/component=airflow'];
    const running = ['--field-selector=status.phase=Running', '--output=jsonpath={.items[0].metadata.name}'];
    const name = await world.kubectl(['get', ...pods, ...running]);
    const patch = JSON.stringify({ spec: { activeDeadlineSeconds: 1 } });
    await world.kubectl(['patch', 'pod', name, '--namespace', namespace(), '--patch', patch]);
    const said = await remarks(world, branch, 'PodEvicted');
    expect(said).toMatch(
      /^The node terminated pod \S+: Pod was active on the node longer than the specified deadline/,
    );
    expect(said).toContain(`pod ${name}:`);
    await isReady(world, branch, commit);
  });

  it('a branch that is renamed: a preview under its new name, and none under the old one', async () => {
    const renamed = 'feature/renamed';
    await world.clone.git('push', '--quiet', 'origin', `${branch}:${renamed}`, `:${branch}`);
    await isReady(world, renamed, commit);
    await areGone(world, [branch]);
  });
});
