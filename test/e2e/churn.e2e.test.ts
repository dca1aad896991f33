import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { names } from '../../demo/manifests.ts';
import { describeIdentity, leftOver } from '../../demo/oracle/left-over.ts';
import { settledSnapshot } from '../../demo/oracle/settled-snapshot.ts';
import { snapshot, type Identity } from '../../demo/oracle/snapshot.ts';
import { showContent } from '../../demo/slack/show.ts';
import { until } from '../../demo/until.ts';
import type { World } from '../../demo/world.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch } from '../support/e2e/branch.ts';
import { areGone, isReady } from '../support/e2e/living.ts';
import { onNode } from '../support/e2e/tier.ts';

onNode('whatever comes and goes, nothing is left', () => {
  const stage = aStage();
  let world: World;
  let before: readonly Identity[];

  beforeAll(async () => {
    ({ world } = stage());
    before = await settledSnapshot(world.sandbox.kubeconfig, AbortSignal.timeout(60_000));
  });

  /** Neither more nor less than before, a moment of grace for what Kubernetes itself takes away. */
  const isAsBefore = (): Promise<unknown> =>
    until(
      'nothing to be left over',
      async () => {
        const after = await snapshot(world.sandbox.kubeconfig);
        const differing = [...leftOver(before, after), ...leftOver(after, before)].map(describeIdentity);
        return differing.length === 0 ? { done: true } : { yet: differing.join(', ') };
      },
      { signal: AbortSignal.timeout(20_000), everyMs: 500 },
    );

  const saidOf = (branch: string): readonly string[] =>
    world.slack
      .messages(names.channel)
      .map(({ content }) => showContent(content))
      .filter((text) => text.includes(branch));

  it('when Offshoot is killed in the middle of creation, and again in the middle of teardown', async () => {
    const branch = 'feature/killed';
    const { clone, tracker, kube } = world;
    const commit = await newBranch(world, branch);
    await clone.push(branch);
    const namespace = await until<string>(
      'the first object of the preview',
      async () => {
        const { body } = await kube.get('/api/v1/namespaces?labelSelector=offshoot.dev/preview-uid');
        const [first] = (body as { items: { metadata: { name: string } }[] }).items;
        return first === undefined ? { yet: 'no namespace' } : { done: first.metadata.name };
      },
      { signal: AbortSignal.timeout(30_000), everyMs: 5 },
    );
    await stage().offshoot.crash();
    expect(await deployments(world, namespace)).not.toContain('airflow 1');
    await stage().offshoot.restart();
    await isReady(world, branch, commit);
    expect(saidOf(branch)).toHaveLength(1);

    const uid = tracker.preview(branch)?.metadata.uid;
    await clone.delete(branch);
    await until(
      'the teardown to begin',
      async () => {
        const { body } = await kube.get(`/api/v1/namespaces/${namespace}`);
        const { metadata } = body as { metadata: { deletionTimestamp?: string } };
        return metadata.deletionTimestamp ? { done: true } : { yet: 'a namespace that nobody deletes' };
      },
      { signal: AbortSignal.timeout(60_000), everyMs: 5 },
    );
    await stage().offshoot.crash();
    expect(tracker.preview(branch)?.metadata.uid).toBe(uid);
    await stage().offshoot.restart();
    await areGone(world, [branch]);
    expect(saidOf(branch)).toEqual([expect.stringContaining('Removed')]);
    await isAsBefore();
  });

  it('when ten branches are made and deleted, overlapping', async () => {
    const { clone } = world;
    const branches = Array.from({ length: 10 }, (_, at) => `feature/ten-${at}`);
    const overlap = 4;
    for (const [at, branch] of branches.entries()) {
      await clone.git('push', '--quiet', 'origin', `main:refs/heads/${branch}`);
      const earlier = branches[at - overlap];
      if (earlier !== undefined) await clone.delete(earlier);
      await sleep(2_000);
    }
    for (const branch of branches.slice(-overlap)) await clone.delete(branch);
    await areGone(world, branches, 200);
    await isAsBefore();
    // One message each, and its last word is Removed.
    for (const branch of branches) {
      const said = saidOf(branch);
      expect(said.length, branch).toBeLessThanOrEqual(1);
      for (const text of said) expect(text).toContain('Removed');
    }
    expect(branches.flatMap(saidOf).length).toBeGreaterThan(0);
  });
});

async function deployments({ kubectl }: World, namespace: string): Promise<readonly string[]> {
  const shown = 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.readyReplicas}{"\\n"}{end}';
  const said = await kubectl(['get', 'deployments', '--namespace', namespace, `--output=${shown}`]);
  return said.split('\n').map((line) => line.trim());
}
