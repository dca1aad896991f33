import { setTimeout as sleep } from 'node:timers/promises';
import { startOffshoot, type Offshoot } from '../test/support/product/offshoot.ts';
import { onControlPlane, type Rig } from './control-plane.ts';
import type { Measured } from './report.ts';

const ROUNDS = 5;

/** Seconds from the end of the Offshoot that leads until the one that stood by leads: after SIGKILL, and after SIGTERM. */
export function handover(): Promise<Measured> {
  return onControlPlane({}, async (rig) => {
    let leader = rig.offshoot;
    const rounds = async (end: (one: Offshoot) => Promise<unknown>, name: string): Promise<number[]> => {
      const seconds: number[] = [];
      for (let n = 0; n < ROUNDS; n++) {
        const next = await startOffshoot({ kubeconfig: rig.kubeconfig, podName: `${name}-${n}` });
        await sleep(3_000 + 400 * n); // at different moments between two renewals
        seconds.push(await takenOver(leader, next, end));
        leader = next;
      }
      return seconds;
    };
    try {
      const killed = await rounds((one) => one.kill(), 'killed');
      const asked = await rounds((one) => one.stop(), 'asked');
      return {
        measures: [
          { name: 'handover_killed_seconds', values: killed, limit: 17 },
          { name: 'handover_asked_seconds', values: asked, limit: 2 },
        ],
      };
    } finally {
      await leader.stop();
    }
  });
}

async function takenOver(
  leader: Rig['offshoot'],
  next: Offshoot,
  end: (one: Offshoot) => Promise<unknown>,
): Promise<number> {
  const from = Date.now();
  const ended = end(leader);
  const leads = () => next.log.find(({ msg }) => msg === 'this Offshoot leads');
  for (const limit = from + 60_000; !leads(); await sleep(20))
    if (Date.now() > limit) throw new Error('no leader one minute after the previous one stopped');
  await ended;
  return (Number(leads()!['time']) - from) / 1_000;
}
