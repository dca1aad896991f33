import { setTimeout as sleep } from 'node:timers/promises';
import { auditOf, isWrite } from '../test/support/product/audit.ts';
import { previewName } from '../src/model/names.ts';
import { allMade } from './all-made.ts';
import { NAMESPACE, onControlPlane, USER } from './control-plane.ts';
import type { Measured } from './report.ts';

const MINUTES = 3;

/** How often Offshoot writes to a Deployment that somebody else scales again at once, minute by minute. */
export function war(): Promise<Measured> {
  return onControlPlane({ resyncInterval: '5s' }, async (rig) => {
    const branch = 'feature/fought-over';
    await rig.git.push(branch);
    await allMade(rig, 1);
    const namespace = previewName(NAMESPACE, 'dags', branch);
    const from = Date.now();
    while (Date.now() - from < MINUTES * 60_000) {
      await rig.kubectl(['scale', 'deployment/airflow', '-n', namespace, '--replicas=2']);
      await sleep(100);
    }
    await sleep(2_000); // the audit log is written a little later
    const writes = (await auditOf(rig.auditLog, USER)).filter(
      (one) => isWrite(one) && one.namespace === namespace && one.resource === 'deployments.apps',
    );
    const inMinute = (n: number) =>
      writes.filter(({ at, name }) => name === 'airflow' && Math.floor((at - from) / 60_000) === n).length;
    const values = Array.from({ length: MINUTES }, (_, n) => inMinute(n));
    return { measures: [{ name: 'war_writes_per_minute', values, limit: 6 }] };
  });
}
