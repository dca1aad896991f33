import { setTimeout as sleep } from 'node:timers/promises';
import { allMade } from './all-made.ts';
import { onControlPlane } from './control-plane.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import type { Measured } from './report.ts';

const SIZE = 20;
/** A preview is ready long before; until then each is looked at twice a second. */
const WATCHED_MS = 15_000;

/** The processor time that Offshoot spends while 20 previews start: from the push until fifteen seconds after all their objects exist. */
export function start(): Promise<Measured> {
  return onControlPlane({ maxPreviews: SIZE, resyncInterval: '5s' }, async (rig) => {
    const before = await cpuSeconds(rig.offshoot.pid);
    await rig.git.push(...Array.from({ length: SIZE }, (_, n) => `feature/start-${n}`));
    await allMade(rig, SIZE);
    await sleep(WATCHED_MS);
    return {
      measures: [{ name: 'start_20_cpu_seconds', values: [(await cpuSeconds(rig.offshoot.pid)) - before] }],
    };
  });
}
