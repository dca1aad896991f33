import { setTimeout as sleep } from 'node:timers/promises';
import { memory } from '../demo/oracle/memory.ts';
import { allMade } from './all-made.ts';
import { onControlPlane } from './control-plane.ts';
import { median } from './statistics.ts';
import type { Measure, Measured } from './report.ts';

const SIZES = [1, 10, 100] as const;
const LOOKS = 10;

/** Offshoot's resident memory while it looks after 1, 10 and 100 previews whose objects are all made (there are no pods). */
export function memoryBySize(): Promise<Measured> {
  return onControlPlane({ maxPreviews: Math.max(...SIZES), resyncInterval: '5s' }, async (rig) => {
    const measures: Measure[] = [];
    let there = 0;
    for (const size of SIZES) {
      const more = Array.from({ length: size - there }, (_, n) => `feature/many-${there + n}`);
      await rig.git.push(...more);
      there = size;
      await allMade(rig, size);
      measures.push({ name: `memory_mib_${size}`, values: [await settled(rig.offshoot.pid)] });
    }
    return { measures };
  });
}

/** The middle of ten looks, a second apart: its collector comes and goes. */
async function settled(pid: number): Promise<number> {
  const looks: number[] = [];
  for (let n = 0; n < LOOKS; n++) {
    await sleep(1000);
    looks.push(await memory(pid));
  }
  return median(looks);
}
