import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { list } from '../../../demo/kubectl.ts';
import type { World } from '../../../demo/world.ts';

/** What the pods of `dags/pods.py` find in production, made in the preview's namespace. */
export async function productionObjects(world: World, namespace: string): Promise<void> {
  const object = (kind: string, name: string, rest: object): object => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace },
    ...rest,
  });
  const claim = { storageClassName: '', accessModes: ['ReadWriteOnce'] };
  const objects = [
    object('Secret', 'api', { stringData: { key: 'open-sesame' } }),
    object('ConfigMap', 'regions', { data: { REGION: 'north' } }),
    object('ConfigMap', 'app', { data: { 'app.ini': 'limit = 3\n' } }),
    object('PersistentVolumeClaim', 'data', {
      spec: { ...claim, volumeName: namespace, resources: { requests: { storage: '1Mi' } } },
    }),
    await volume(world, namespace, claim.accessModes),
  ];
  await world.kubectl(['apply', '--filename', '-'], list(objects));
}

/** The sandbox has no provisioner: a folder of the node stands in for a disk. */
async function volume(
  { folder, kubectl, undo }: World,
  name: string,
  accessModes: string[],
): Promise<object> {
  const path = join(folder, 'volume');
  await mkdir(path);
  await chmod(path, 0o777);
  undo.add('removing the volume', async () => {
    await kubectl(['delete', 'persistentvolume', name, '--ignore-not-found', '--wait=false']);
  });
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Mi' },
      accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path, type: 'Directory' },
    },
  };
}
