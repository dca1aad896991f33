import { expect, it } from 'vitest';
import { offshoot } from '../cli/run-offshoot.ts';
import { areGone } from '../support/e2e/living.ts';
import { aStage } from '../support/e2e/a-stage.ts';
import { newBranch } from '../support/e2e/branch.ts';
import { onNode } from '../support/e2e/tier.ts';

const BRANCH = 'feature/by-command';

onNode('the commands on a real preview', () => {
  const stage = aStage();
  const run = (...args: string[]) => offshoot([...args, '--kubeconfig', stage().world.cluster.kubeconfig]);

  it('a pipeline waits for its commit, opens it, reads its logs, and waits until it is gone', async () => {
    const { world } = stage();
    const commit = await newBranch(world, BRANCH);
    const waiting = run('wait', BRANCH, '--commit', commit.id, '--timeout', '4m');
    await waiting.says('no preview for it yet');
    await world.clone.push(BRANCH);
    const { code, out, err } = await waiting.ended;
    expect(code, err).toBe(0);
    expect(await run('open', BRANCH, '--print').ended).toMatchObject({ code: 0, out, err: '' });

    const logs = (await run('logs', BRANCH).ended).out.split('\n').slice(0, -1);
    const parts = new Set(logs.map((line) => line.split(' | ')[0]));
    for (const part of ['api-server', 'scheduler', 'dag-processor', 'triggerer', 'git-sync', 'postgres'])
      expect(parts, part).toContain(part);
    const scheduler = (await run('logs', BRANCH, '--part', 'scheduler', '--tail', '2').ended).out;
    expect(scheduler.split('\n')).toHaveLength(3);
  });

  it('followed logs go on in the pod that takes another one’s place', async () => {
    const { kubectl, tracker } = stage().world;
    const namespace = tracker.preview(BRANCH)!.status!.namespace!;
    const following = run('logs', BRANCH, '-f', '--tail', '0', '--part', 'git-sync');
    await following.says('following airflow-');
    const pods = ['--namespace', namespace, '--selector=app.kubernetes.io/component=airflow'];
    const [old] = (await kubectl(['get', 'pods', ...pods, '--output=name'])).trim().split('\n');
    await kubectl(['delete', old!, '--namespace', namespace, '--wait=false']);
    await following.prints('updated successfully');
    following.interrupt();
    expect(new Set((await following.ended).err.match(/following airflow-\S+/g)).size).toBe(2);
  });

  it('a deleted branch is waited for until it is gone', async () => {
    const { world } = stage();
    const waiting = run('wait', BRANCH, '--for', 'gone', '--timeout', '4m');
    await waiting.says('The preview still exists');
    await world.clone.delete(BRANCH);
    expect(await waiting.ended).toMatchObject({ code: 0 });
    await areGone(world, [BRANCH]);
  });
});
