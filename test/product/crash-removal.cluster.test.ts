import { expect, test } from 'vitest';
import { auditedOf, isCreation } from '../support/product/audit.ts';
import { crashEverywhere } from '../support/product/crash-after.ts';
import { eventually } from '../support/product/eventually.ts';
import { CHANNEL, withCredentials, withSlack } from '../support/product/manifests.ts';
import { everything, leftSince } from '../support/product/snapshots.ts';
import { tell } from '../support/product/webhooks.ts';
import { aWorld } from '../support/product/world.ts';

const world = aWorld('crash-removal', { privately: true, spec: { ...withCredentials, ...withSlack } });
const branchOf = (n: number) => `feature/crash-${String.fromCharCode(97 + n)}`;

test('killed after any write of a removal, Offshoot removes the same, each object once, and says so once', async () => {
  const it = world();
  const before = await everything(it);
  const made = Array.from({ length: 8 }, (_, n) => branchOf(n));
  await it.push(...made);
  const writes = await crashEverywhere(
    it,
    async (n) => {
      const branch = branchOf(n);
      if (!made.includes(branch)) await it.push(...[branch].filter((one) => made.push(one)));
      const { metadata } = await it.isMade(branch);
      return {
        // What outlives the Preview carries its uid.
        about: [it.nameOf(branch), metadata.uid!],
        async start() {
          await it.git.remove(branch);
          await tell(it.route(), { ref: `refs/heads/${branch}`, before: 'a'.repeat(40), only: ['delete'] });
        },
        settled: async () => {
          await it.isGone(branch);
          await eventually(() => expect(said(branch)).toEqual([`Removed: ${branch}`]));
        },
      };
    },
    async () => undefined, // they go on while the next one crashes
  );
  expect(writes).toBeGreaterThan(8);
  await it.delete(...made.slice(writes + 1));
  await it.isGone(...made);
  await eventually(async () => expect(leftSince(before, await everything(it))).toEqual([]), 60);
  const { auditLog } = it.cluster.sandbox;
  for (const branch of made) {
    const name = it.nameOf(branch);
    const deleted = await auditedOf(auditLog, name, ({ verb, code }) => verb === 'delete' && code === 200);
    expect(deleted, branch).toEqual(['namespaces <name>', 'previews.offshoot.dev <name>']);
    const created = await auditedOf(auditLog, name, isCreation);
    expect(created, `${branch} is not made again`).toHaveLength(new Set(created).size);
    expect(said(branch)).toEqual([`Removed: ${branch}`]);
  }
}, 600_000);

const said = (branch: string) =>
  world()
    .slack.messages(CHANNEL)
    .map(({ content }) => content.text)
    .filter((text) => text.includes(branch));
