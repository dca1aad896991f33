import { readFile } from 'node:fs/promises';
import { logFileIn, type World } from '../../../demo/world.ts';
import { logsOf } from './logs.ts';

/** All that there is to read of a preview, its Secrets excepted: objects and events, logs, Offshoot's own log; by where it stands. */
export async function readable(world: World, namespace: string): Promise<ReadonlyMap<string, string>> {
  const get = (kinds: string, ...where: string[]) =>
    world.kubectl(['get', kinds, ...where, '--output', 'json']);
  const kinds = 'pods,deployments,replicasets,services,configmaps,events,serviceaccounts';
  const logs = [...(await logsOf(world, namespace))];
  return new Map([
    ...logs.map(([container, log]) => [`log of ${container}`, log] as const),
    ['objects', await get(kinds, '--namespace', namespace)],
    ['Offshoot’s objects', await get('previews,dagrepositories,events', '--all-namespaces')],
    ['Offshoot’s log', await readFile(logFileIn(world.folder), 'utf8')],
  ]);
}
