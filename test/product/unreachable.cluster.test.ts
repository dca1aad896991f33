import { expect, test } from 'vitest';
import { eventually } from '../support/product/eventually.ts';
import { statusOf, tell } from '../support/product/webhooks.ts';
import { aWorld } from '../support/product/world.ts';
import type { Fate } from '../support/product/fault-proxy.ts';

const world = aWorld('unreachable');

/** Each of these is a bad day of the API server's; what does not answer at all is the worst. */
const badDays: readonly [string, Fate][] = [
  ['breaks connections', 'cut'],
  ['answers 500', { status: 500 }],
  ['answers 503', { status: 503 }],
  ['asks for patience with 429', { status: 429, retryAfterSeconds: 3 }],
  ['does not answer at all', 'hold'],
];

test.for(badDays)(
  'while the API server %s a delivery is answered 5xx in time, and taken when it is back',
  async ([, fate], { task }) => {
    const it = world();
    const branch = `feature/bad-day-${task.id.replaceAll(/[^a-z0-9]/g, '')}`;
    const [head] = await it.git.push(branch);
    const told = { ref: `refs/heads/${branch}`, after: head! };
    it.proxy.decide(() => fate);
    it.proxy.cutAll();
    // The sender hangs up after ten seconds, as GitHub does: an answer that comes later is a lost one.
    const deliveries = await tell(it.route(), told);
    for (const delivery of deliveries) expect(statusOf(delivery)).toBeOneOf([500, 502, 503, 504]);
    it.proxy.decide(() => 'pass');
    await it.tell(told);
    expect(await it.preview(branch)).toBeDefined();
    await it.isMade(branch);
  },
);

test('a write whose answer is lost is no second object and no lost branch', async () => {
  const it = world();
  let lost = 0;
  // Every third write, whatever it is.
  it.proxy.decide(({ write }) => (write && ++lost % 3 === 0 ? 'lose' : 'pass'));
  const [head] = await it.git.push('feature/lossy');
  await eventually(() => it.tell({ ref: 'refs/heads/feature/lossy', after: head! }));
  await it.isMade('feature/lossy');
  await it.git.remove('feature/lossy');
  await eventually(() => it.tell({ ref: 'refs/heads/feature/lossy', before: head! }));
  await it.isGone('feature/lossy');
  it.proxy.decide(() => 'pass');
});
