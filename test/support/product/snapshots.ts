import { readFile, writeFile } from 'node:fs/promises';
import { leftOver, describeIdentity } from '../../../demo/oracle/left-over.ts';
import { snapshot, type Identity } from '../../../demo/oracle/snapshot.ts';
import type { World } from './world.ts';

/** Everything there is, seen by code that has nothing of the product in it. */
export const everything = (world: World): Promise<readonly Identity[]> =>
  snapshot(world.cluster.sandbox.kubeconfig);

export const leftSince = (before: readonly Identity[], after: readonly Identity[]): string[] =>
  leftOver(before, after).map(describeIdentity);

/** Kinds whose names end in what Kubernetes makes up. */
const MADE_UP = new Set(['pods', 'replicasets.apps', 'endpointslices.discovery.k8s.io']);

/** One line for each object of a namespace, such as `deployments.apps airflow`, sorted. */
export const inNamespace = (all: readonly Identity[], namespace: string): string[] =>
  all
    .filter((one) => one.namespace === namespace)
    .map(({ resource, name }) => {
      const shown = MADE_UP.has(resource) ? name.replace(/(-[a-z0-9]{4,10})+$/, '-…') : name;
      return `${resource} ${shown}`;
    })
    .sort();

/** The lines of a golden file beside the tests; with UPDATE_GOLDEN=1 it becomes what was given. */
export async function golden(name: string, given: readonly string[]): Promise<string[]> {
  const file = `${import.meta.dirname}/../../product/golden/${name}`;
  if (process.env['UPDATE_GOLDEN']) await writeFile(file, `${given.join('\n')}\n`);
  return (await readFile(file, 'utf8')).trimEnd().split('\n');
}
