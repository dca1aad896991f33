import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { list, type Kubectl } from './kubectl.ts';
import {
  bindingManifest,
  namespaceManifest,
  names,
  roles,
  secretManifests,
  type Tokens,
} from './manifests.ts';
import type { Cluster } from './cluster.ts';
import type { Stage } from './world.ts';

const CHART = join(import.meta.dirname, '..', 'helm', 'offshoot');
/** The chart's plain files, as `kubectl apply` takes them. */
export const FILES = ['crd', 'rbac'].flatMap((folder) => ['--filename', join(CHART, folder)]);
/** What Offshoot needs besides when it runs outside of the cluster. */
export const OUTSIDE = ['--filename', join(CHART, 'outside')];
const OWN = list([namespaceManifest(), ...Object.values(roles).map((role) => bindingManifest(role))]);
const KINDS = ['crd/dagrepositories.offshoot.dev', 'crd/previews.offshoot.dev'];

/**
 * Installs Offshoot's kinds and rights, in the way that `apply` does it, and the Secrets a DagRepository names. `apply` hears
 * whether all that is there already was left by a demo that was killed.
 */
export async function install(
  { undo, stateFolder }: Stage,
  { kubectl, stays, shared }: Cluster,
  tokens: Tokens,
  apply: (nothingIsSomebodyElses: boolean) => Promise<void>,
): Promise<void> {
  // What was there before us stays; what a killed demo made in this very cluster counts as ours.
  const record = join(stateFolder, `made-in-${await identityOf(kubectl)}.json`);
  const recorded = JSON.parse(await readFile(record, 'utf8').catch(() => '[]')) as string[];
  const before = (await printed(kubectl, 'get', '--ignore-not-found')).filter(
    (name) => !recorded.includes(name),
  );
  if (shared) refuseIfInstalled(before);
  else await refuseIfInUse(kubectl);
  const ours = (await printed(kubectl, 'create', '--dry-run=client')).filter(
    (name) => !before.includes(name),
  );
  if (stays) {
    // Before anything is made: a demo that is killed at any later moment is tidied up after by the next.
    await mkdir(stateFolder, { recursive: true });
    await writeFile(record, JSON.stringify(ours));
    const remove = (): Promise<void> => uninstall(kubectl, ours).then(() => rm(record, { force: true }));
    undo.add("removing Offshoot's namespace, rights and kinds", remove, 90);
  }
  await kubectl(['apply', '--filename', '-'], namespaceManifest());
  await apply(before.length === 0);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...KINDS]);
  await kubectl(['apply', '--filename', '-'], list(secretManifests(tokens)));
}

/** Somebody's cluster with somebody's Offshoot in it: whatever we did, it would be to theirs. */
function refuseIfInstalled(before: readonly string[]): void {
  if (before.length === 0) return;
  throw new Error(
    `Offshoot is already installed in this cluster, or something else uses its names (${before.join(', ')}): ` +
      'the demo would interfere with it. Use another cluster, or remove it first.',
  );
}

/** Of which cluster a record is: one of the same name, made anew, is another one. */
const identityOf = (kubectl: Kubectl): Promise<string> =>
  kubectl(['get', 'namespace', 'kube-system', '--output=jsonpath={.metadata.uid}']);

/** Two Offshoots on one cluster would undo each other's work. */
async function refuseIfInUse(kubectl: Kubectl): Promise<void> {
  const others = (await repositories(kubectl)).filter((one) => !one.startsWith(`${names.namespace}/`));
  if (others.length === 0) return;
  throw new Error(
    `another Offshoot uses this cluster, for the DagRepository ${others.join(', ')}. ` +
      'Remove it first, or take the cluster down: npm run sandbox -- down',
  );
}

async function repositories(kubectl: Kubectl): Promise<readonly string[]> {
  const known = lines(await kubectl(['get', ...KINDS, '--ignore-not-found', '--output=name']));
  if (known.length < KINDS.length) return [];
  const path = 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}';
  return lines(
    await kubectl(['get', 'dagrepositories.offshoot.dev', '--all-namespaces', `--output=${path}`]),
  );
}

/** The names of all that may be made, as kubectl prints them when it is asked to do this with them. */
async function printed(kubectl: Kubectl, ...action: readonly string[]): Promise<readonly string[]> {
  const files = await kubectl([...action, ...FILES, ...OUTSIDE, '--output=name']);
  return lines(`${files}\n${await kubectl([...action, '--filename', '-', '--output=name'], OWN)}`);
}

async function uninstall(kubectl: Kubectl, made: readonly string[]): Promise<void> {
  const kinds = made.filter((name) => name.startsWith('customresourcedefinition'));
  const rest = made.filter((name) => !kinds.includes(name));
  if (rest.length > 0) await kubectl(['delete', ...rest, '--ignore-not-found', '--timeout=60s']);
  // Deleting a kind deletes every object of it: not if somebody began to use it meanwhile.
  if (kinds.length > 0 && (await repositories(kubectl)).length === 0) {
    await kubectl(['delete', ...kinds, '--ignore-not-found', '--timeout=20s']);
  }
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
