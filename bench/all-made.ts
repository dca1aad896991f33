import { setTimeout as sleep } from 'node:timers/promises';
import { NAMESPACE, type Rig } from './control-plane.ts';

/** Waits until every preview has the last thing that is made for it. */
export async function allMade({ kube }: Rig, size: number): Promise<void> {
  const end = performance.now() + 300_000;
  for (;;) {
    const { body } = await kube.get(
      '/apis/apps/v1/deployments?labelSelector=app.kubernetes.io%2Fcomponent%3Dairflow',
    );
    const made = (body as { items: object[] }).items.length;
    if (made >= size) return;
    if (performance.now() > end) throw new Error(`${made} of ${size} previews of ${NAMESPACE} are made`);
    await sleep(500);
  }
}
