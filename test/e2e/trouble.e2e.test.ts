import { afterEach, beforeAll, expect, it } from 'vitest';
import { list } from '../../demo/kubectl.ts';
import { images, names } from '../../demo/manifests.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch, nextCommit } from '../support/e2e/branch.ts';
import { areGone, isReady, isStarting, saysWhy } from '../support/e2e/living.ts';
import { onNode } from '../support/e2e/tier.ts';

const ABSENT = '0'.repeat(40);

onNode('what is wrong is visible in kubectl get previews within a minute, and heals', () => {
  const stage = aStage();
  let world: World;
  let pushed: string[] = [];

  beforeAll(() => {
    ({ world } = stage());
  });
  afterEach(async () => {
    for (const branch of pushed) await world.clone.delete(branch);
    await areGone(world, pushed);
    pushed = [];
  });

  it('an image that cannot be had', async () => {
    const wrong = 'apache/airflow:0.0.0-missing';
    await airflowImage(world, wrong);
    await newBranch(world, 'feature/image');
    await world.clone.push('feature/image');
    pushed = ['feature/image'];
    try {
      const why = await saysWhy(world, 'feature/image', 'ImagePullFailed');
      expect(why).toContain(wrong);
      expect(why).toContain('Correct the image in the DagRepository');
    } finally {
      await airflowImage(world, images.airflow);
    }
    await isStarting(world, 'feature/image');
  });

  it('a branch without the DAG folder', async () => {
    const branch = 'feature/folder';
    const without = await newBranch(world, branch, {
      files: { dags: undefined, 'README.md': 'nothing yet' },
    });
    expect(without.sources.size).toBe(0);
    await world.clone.push(branch);
    pushed = [branch];
    const why = await saysWhy(world, branch, 'DagsFolderMissing');
    expect(why).toContain(`Branch ${branch} has no folder dags`);
    await world.clone.git('checkout', 'main', '--', 'dags');
    const commit = await nextCommit(world, branch, {});
    await world.clone.push(branch);
    await isReady(world, branch, commit);
  });

  it('a git server that does not answer', async () => {
    const branch = 'feature/git';
    const { clone, git } = world;
    const commit = await newBranch(world, branch);
    await git.stop();
    try {
      // The branch gets there and is told about, and then nobody can reach the server, pods included.
      await clone.git('push', '--quiet', git.repository, branch);
      await git.announce({ before: ABSENT, after: commit.id, ref: `refs/heads/${branch}` }, 'dana');
      expect(await saysWhy(world, branch, 'GitUnreachable')).toContain(git.cloneUrl);
    } finally {
      await git.start();
    }
    pushed = [branch];
    await isStarting(world, branch);
  });

  it('a git server that goes while the branch is being fetched', async () => {
    const branch = 'feature/fetching';
    const { clone, git, tracker } = world;
    // Fetching needs a pod that has its secrets and volumes: seconds after the branch was verified.
    const commit = await newBranch(world, branch);
    await clone.push(branch);
    pushed = [branch];
    await until(
      'the branch to be verified',
      () => (tracker.preview(branch)?.status?.url === undefined ? { yet: 'no URL yet' } : { done: true }),
      { signal: AbortSignal.timeout(30_000), everyMs: 10 },
    );
    await git.stop();
    try {
      await saysWhy(world, branch, 'GitUnreachable');
    } finally {
      await git.start();
    }
    await isReady(world, branch, commit);
  });

  it('a namespace of our name that is not ours, which is never touched', async () => {
    const branch = 'feature/taken';
    const { clone, kubectl, kube } = world;
    // The name is a function of repository and branch: a first life of the branch tells it.
    await newBranch(world, branch);
    await clone.push(branch);
    const name = await until<string>(
      'a namespace',
      () => {
        const found = world.tracker.preview(branch)?.status?.namespace;
        return found === undefined ? { yet: 'none' } : { done: found };
      },
      { signal: AbortSignal.timeout(30_000) },
    );
    await clone.delete(branch);
    await areGone(world, [branch]);

    const stranger = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { mine: 'yes' } } };
    const mine = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'airflow-settings', namespace: name },
      data: { mine: 'yes' },
    };
    await kubectl(['create', '--filename', '-'], list([stranger, mine]));
    const look = async (): Promise<unknown[]> =>
      Promise.all(
        ['', '/configmaps/airflow-settings', '/secrets', '/services', '/pods'].map(async (path) => {
          const { body } = await kube.get(`/api/v1/namespaces/${name}${path}`);
          const { metadata, ...rest } = body as { metadata: { uid?: string; resourceVersion: string } };
          return metadata.uid === undefined ? rest : { metadata, ...rest };
        }),
      );
    const before = await look();
    await clone.push(branch);
    pushed = [branch];
    expect(await saysWhy(world, branch, 'NamespaceTaken')).toContain(name);
    expect(await look()).toEqual(before);
    await kubectl(['delete', 'namespace', name, '--timeout=60s']);
    await isStarting(world, branch);
  });
});

async function airflowImage({ kubectl }: World, image: string): Promise<void> {
  const patch = JSON.stringify({ spec: { airflow: { image } } });
  const what = ['dagrepository', names.repository, '--namespace', names.namespace];
  await kubectl(['patch', ...what, '--type=merge', '--patch', patch]);
}
