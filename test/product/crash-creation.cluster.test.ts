import { expect, test } from 'vitest';
import { auditedOf, isDeletion } from '../support/product/audit.ts';
import { crashEverywhere } from '../support/product/crash-after.ts';
import { eventually } from '../support/product/eventually.ts';
import { CHANNEL, withCredentials, withSlack } from '../support/product/manifests.ts';
import { everything, inNamespace } from '../support/product/snapshots.ts';
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
  // Made once is what is there and was never to be deleted. To count the 201s in the audit log would not be exact: of somebody who hung
  // up, the API server may log 504 for what it has made.
  await eventually(async () => {
    const all = await everything(it);
    const madeFor = (n: number) => inNamespace(all, it.nameOf(branchOf(n)));
    // The last one was not disturbed.
    const undisturbed = madeFor(writes);
    expect(undisturbed).toHaveLength(new Set(undisturbed).size);
    for (let n = 0; n < writes; n++) expect(madeFor(n), `crashed after write ${n}`).toEqual(undisturbed);
  });
  for (let n = 0; n <= writes; n++) {
    const deletions = await auditedOf(it.cluster.sandbox.auditLog, it.nameOf(branchOf(n)), isDeletion);
    expect(deletions, `crashed after write ${n}`).toEqual([]);
  }
  await eventually(() => {
    const texts = it.slack.messages(CHANNEL).map(({ content }) => content.text.split('…')[0]);
    const all = Array.from({ length: writes + 1 }, (_, n) => `Preparing ${branchOf(n)}`);
    expect(texts.sort(), 'one message for each').toEqual(all.sort());
  }, 60);
}, 600_000);
