import { createServer } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import type { Commit } from '../../demo/dag-clone.ts';
import { listen } from '../../demo/listen.ts';
import { images, names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch, nextCommit } from '../support/e2e/branch.ts';
import { areGone, conditionOf, isReady, remarks, saysWhy } from '../support/e2e/living.ts';
import { onNode } from '../support/e2e/tier.ts';

const branch = 'feature/robust';
const SLOW = 300_000;
/** Writes more than a preview's /tmp may hold, each time the file is parsed. */
const FILLS = `import os

# airflow DAG
with open("/tmp/fill", "wb") as file:
    os.posix_fallocate(file.fileno(), 0, 1200 * 1024 * 1024)
`;
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
        expect(why).toContain('The registry wants credentials that the nodes do not have');
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
    'a DAG file that hangs is told, the others are there; a forced push that takes it back heals',
    { timeout: SLOW },
    async () => {
      await nextCommit(world, branch, { files: { 'dags/hang.py': HANGS } });
      await world.clone.push(branch);
      const said = await remarks(world, branch, 'DagImportTimedOut', 75);
      expect(said).toMatch(/dags\/hang\.py( line \d+)?: AirflowTaskTimeout/);
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

  it('credentials that are refused from now on, until they are not', { timeout: SLOW }, async () => {
    world.git.lockOut('offshoot');
    try {
      const said = await remarks(world, branch, 'GitRefused');
      expect(said).toContain('git-sync inside the preview cannot fetch the branch');
      expect(said).toMatch(/Put valid credentials into the Secret/);
    } finally {
      world.git.lockOut(undefined);
    }
    await remarks(world, branch, 'Ready');
  });

  it('a database that is lost: Airflow starts anew with an empty one', { timeout: SLOW }, async () => {
    const pods = async (part: string) =>
      (
        await world.kubectl([
          ...['get', 'pods', '--namespace', namespace(), '--output=jsonpath={.items[*].metadata.uid}'],
          ...['--selector', `app.kubernetes.io/component=${part}`],
        ])
      ).split(' ');
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
      await world.clone.delete(branch);
      await areGone(world, [branch]);
    },
  );
});
