import { expect, it } from 'vitest';
import { describeIdentity, leftOver } from '../../demo/oracle/left-over.ts';
import { settledSnapshot } from '../../demo/oracle/settled-snapshot.ts';
import { up } from '../../sandbox/api.ts';
import { runDemo } from '../support/e2e/run-demo.ts';
import { holdingTheNode } from '../support/e2e/stage-lock.ts';
import { auditOf, written } from '../support/product/audit.ts';
import { onNode } from '../support/e2e/tier.ts';

onNode('the demo with Offshoot installed by Helm', () => {
  it(
    'plays the whole story from a pod of its own image, and Helm takes all of it away',
    { timeout: 2_700_000 },
    async () => {
      const { kubeconfig, auditLog } = await up({ size: 'node' });
      const began = Date.now();
      const everything = () =>
        holdingTheNode('looking at everything', () =>
          settledSnapshot(kubeconfig, AbortSignal.timeout(60_000)),
        );
      const before = await everything();

      const ended = await runDemo('--in-cluster');
      expect(ended.code, ended.said).toBe(0);
      const story = await ended.story();
      expect(story).toMatchObject({ run_state: 'success', left_over: [] });
      expect(story.steps.map(({ name }) => name)).toContain('Offshoot installed by Helm, and ready');
      // By the pod's ServiceAccount, and of the pod's process: neither could be seen had Offshoot run elsewhere.
      expect(story.api_requests).toBeGreaterThan(20);
      expect(story.memory_mib).toBeGreaterThan(40);

      // Helm takes the rights away while the pod still ends: what is refused from then on was not wanted any more.
      const uninstalled = (await auditOf(auditLog, 'kubernetes-admin')).findLast(
        ({ verb, resource, name }) =>
          verb === 'delete' && resource.startsWith('clusterrolebindings') && name === 'offshoot',
      )!;
      const asked = await auditOf(auditLog, 'system:serviceaccount:offshoot:offshoot');
      const refused = asked.filter(({ code, at }) => code === 403 && at >= began && at < uninstalled.at);
      expect(refused.map(written)).toEqual([]);

      const after = await everything();
      expect(leftOver(before, after).map(describeIdentity)).toEqual([]);
      expect(leftOver(after, before).map(describeIdentity)).toEqual([]);
    },
  );
});
