import { setTimeout as sleep } from 'node:timers/promises';
import { auditRequests } from '../demo/oracle/audit-requests.ts';
import { allMade } from './all-made.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { onControlPlane, USER } from './control-plane.ts';
import type { Measured } from './report.ts';

const SIZE = 300;
/** Longer than what a preview is not asked about at all, because it is young. */
const SETTLE_MS = 15_000;
const WATCHED_MS = 20_000;

/** What 300 previews cost that start and do not get ready, for there are no pods: requests to the API server, and CPU. */
export function crowd(): Promise<Measured> {
  return onControlPlane({ maxPreviews: SIZE, resyncInterval: '5s' }, async (rig) => {
    await rig.git.push(...Array.from({ length: SIZE }, (_, n) => `feature/many-${n}`));
    const began = performance.now();
    await allMade(rig, SIZE);
    const made = (performance.now() - began) / 1000;
    await sleep(SETTLE_MS);
    const [from, before] = [new Date(), await cpuSeconds(rig.offshoot.pid)];
    await sleep(WATCHED_MS);
    const [to, after] = [new Date(), await cpuSeconds(rig.offshoot.pid)];
    await sleep(2_000); // the audit log is written a little later
    const seconds = (to.getTime() - from.getTime()) / 1000;
    const requests = await auditRequests(rig.auditLog, USER, from, to);
    return {
      measures: [
        { name: 'crowd_made_seconds', values: [made] },
        { name: 'crowd_requests_per_second', values: [requests / seconds], limit: 20 },
        { name: 'crowd_cpu_share', values: [(after - before) / seconds] },
      ],
    };
  });
}
