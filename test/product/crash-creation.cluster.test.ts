import { expect, test } from 'vitest';
import { auditedOf, isCreation } from '../support/product/audit.ts';
import { crashEverywhere } from '../support/product/crash-after.ts';
import { eventually } from '../support/product/eventually.ts';
import { CHANNEL, withCredentials, withSlack } from '../support/product/manifests.ts';
import { tell } from '../support/product/webhooks.ts';
import { aWorld } from '../support/product/world.ts';

const world = aWorld('crash-creation', {
  privately: true,
  spec: { maxPreviews: 200, ...withCredentials, ...withSlack },
});
const branchOf = (n: number) => `feature/crash-${String.fromCharCode(97 + n)}`;

test('killed after any write of a creation, Offshoot makes the same preview, and each object once', async () => {
  const it = world();
  const writes = await crashEverywhere(
    it,
    async (n) => {
      const branch = branchOf(n);
      const [head] = await it.git.push(branch);
      return {
        about: [it.nameOf(branch)],
        start: () => tell(it.route(), { ref: `refs/heads/${branch}`, after: head!, only: ['create'] }),
        async settled() {
          await it.isMade(branch);
          await eventually(async () => expect((await it.preview(branch))?.status?.notices).toBeDefined());
        },
      };
    },
    (n) => it.isMade(branchOf(n)),
  );
  // Fewer would mean that the moments were missed.
  expect(writes).toBeGreaterThan(20);
  const { auditLog } = it.cluster.sandbox;
  // The last one was not disturbed.
  const undisturbed = await auditedOf(auditLog, it.nameOf(branchOf(writes)), isCreation);
  expect(undisturbed).toHaveLength(new Set(undisturbed).size);
  for (let n = 0; n <= writes; n++) {
    const name = it.nameOf(branchOf(n));
    const after = `crashed after write ${n}`;
    expect(await auditedOf(auditLog, name, isCreation), after).toEqual(undisturbed);
    expect(await auditedOf(auditLog, name, ({ verb }) => verb.startsWith('delete')), after).toEqual([]);
  }
  await eventually(() => {
    const texts = it.slack.messages(CHANNEL).map(({ content }) => content.text.split('…')[0]);
    const all = Array.from({ length: writes + 1 }, (_, n) => `Preparing ${branchOf(n)}`);
    expect(texts.sort(), 'one message for each').toEqual(all.sort());
  }, 60);
}, 300_000);
