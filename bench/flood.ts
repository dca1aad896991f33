import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver } from '../demo/git-server/deliver.ts';
import { webhooksFor } from '../demo/git-server/payloads.ts';
import { ABSENT } from '../demo/git-server/post-receive.ts';
import { memory } from '../demo/oracle/memory.ts';
import { matchesBranch } from '../src/model/branch-patterns.ts';
import { LONGEST_BRANCH } from '../src/model/names.ts';
import { WEBHOOK_KEY } from '../test/support/product/manifests.ts';
import { onControlPlane, type Rig } from './control-plane.ts';
import type { Measured } from './report.ts';

const STRANGERS = 200;
const BODY = 24 * 1024 * 1024;
const PIECE = Buffer.alloc(256 * 1024, ' ');
const SECONDS = 20;
/** The chart's limit (helm/offshoot/values.yaml). */
const LIMIT_MIB = 1024;

/**
 * Two hundred strangers send 24 MiB each under a signature that looks like one, and begin anew whenever they are cut off. Meanwhile a real
 * delivery comes once a second. Then, without anybody: how long the longest patterns that a DagRepository may have take over a branch.
 */
export function flood(): Promise<Measured> {
  return onControlPlane({}, async (rig) => {
    const { pid } = rig.offshoot;
    const before = await memory(pid);
    const end = performance.now() + SECONDS * 1000;
    let peak = before;
    const looking = (async () => {
      while (performance.now() < end) {
        peak = Math.max(peak, await memory(pid));
        await sleep(100);
      }
    })();
    const strangers = Array.from({ length: STRANGERS }, () => strangeUntil(end, rig.route));
    const answers = await realDeliveriesUntil(end, rig);
    await Promise.all([...strangers, looking]);
    await sleep(10_000);
    const taken = answers.filter(({ status }) => status === 202);
    return {
      measures: [
        { name: 'flood_before_mib', values: [before] },
        { name: 'flood_peak_mib', values: [peak], limit: LIMIT_MIB },
        { name: 'flood_after_mib', values: [await memory(pid)] },
        { name: 'flood_deliveries_taken_percent', values: [(100 * taken.length) / answers.length] },
        { name: 'flood_delivery_max_ms', values: [Math.max(...taken.map(({ ms }) => ms))] },
        { name: 'pattern_max_ms', values: [longestPattern(['**a'.repeat(83)], 250)] },
        {
          name: 'patterns_max_ms',
          values: [longestPattern(Array<string>(16).fill('**a'.repeat(83)), LONGEST_BRANCH)],
        },
      ],
      failures: peak > LIMIT_MIB ? [`Offshoot used ${Math.round(peak)} MiB; the limit is ${LIMIT_MIB}`] : [],
    };
  });
}

/** One connection after the other, each sending for as long as it is let. */
async function strangeUntil(end: number, route: string): Promise<void> {
  const { hostname, port, pathname } = new URL(route);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${BODY}\r\nX-GitHub-Event: push\r\nX-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\n\r\n`;
  while (performance.now() < end) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    socket.write(head);
    let left = BODY - PIECE.length; // the last piece never comes
    while (!socket.destroyed && !socket.readableEnded && performance.now() < end) {
      if (left > 0 && socket.writableLength < PIECE.length) {
        socket.write(PIECE);
        left -= PIECE.length;
      }
      await sleep(20);
    }
    socket.destroy();
  }
}

async function realDeliveriesUntil(end: number, { route, git }: Rig) {
  const answers: { status: number; ms: number }[] = [];
  const [after = ''] = await git.push('main');
  for (let n = 0; performance.now() < end; n++) {
    const branch = `feature/meanwhile-${n}`;
    await git.point(branch, after);
    const [create] = webhooksFor({ ref: `refs/heads/${branch}`, before: ABSENT, after }, [], ORIGIN);
    const from = performance.now();
    const { outcome, at } = await deliver(create!, { url: route, secret: WEBHOOK_KEY });
    answers.push({ status: 'status' in outcome ? outcome.status : 0, ms: at - from });
    await sleep(1000);
  }
  return answers;
}

/** The worst of many looks at branches that match in every possible way until their last character. */
function longestPattern(include: string[], length: number): number {
  const patterns = Object.freeze({ include, exclude: [] });
  let worst = 0;
  for (let n = 0; n < 100; n++) {
    const from = performance.now();
    matchesBranch(`${'a'.repeat(length - 1)}b`, patterns);
    worst = Math.max(worst, performance.now() - from);
  }
  return worst;
}

const ORIGIN = {
  owner: 'acme',
  name: 'dags',
  repositoryId: 4711,
  cloneUrl: 'http://git.invalid/dags.git',
  pusher: 'dana',
};
