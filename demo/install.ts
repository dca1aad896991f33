import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { list, type Kubectl } from './kubectl.ts';
import { bindingManifest, namespaceManifest, names, secretManifests, type Tokens } from './manifests.ts';
import type { Cluster } from './set-up-cluster.ts';
import type { Stage } from './world.ts';

const CHART = join(import.meta.dirname, '..', 'helm', 'offshoot');
/** The chart's plain files, as `kubectl apply` takes them. */
export const FILES = ['crd', 'rbac'].flatMap((folder) => ['--filename', join(CHART, folder)]);
const OWN = list([namespaceManifest(), bindingManifest()]);
const KINDS = ['crd/dagrepositories.offshoot.dev', 'crd/previews.offshoot.dev'];

/**
 * Installs Offshoot's kinds and rights, in the way that `apply` does it, and the Secrets a DagRepository names. `apply` hears
 * whether all that is there already was left by a demo that was killed.
 */
export async function install(
  { undo, stateFolder }: Stage,
  { kubectl, stays }: Cluster,
  tokens: Tokens,
  apply: (nothingIsSomebodyElses: boolean) => Promise<void>,
): Promise<void> {
  await refuseIfInUse(kubectl);
  // In a cluster that stays, what was there before us stays too; what a killed demo made counts as ours.
  const record = join(stateFolder, 'made.json');
  const recorded = JSON.parse(await readFile(record, 'utf8').catch(() => '[]')) as string[];
  const before = (await installed(kubectl)).filter((name) => !recorded.includes(name));
  const made = async (): Promise<readonly string[]> =>
    (await installed(kubectl)).filter((name) => !before.includes(name));
  if (stays) {
    const remove = (): Promise<void> =>
      made()
        .then((names) => uninstall(kubectl, names))
        .then(() => rm(record, { force: true }));
    undo.add("removing Offshoot's namespace, rights and kinds", remove, 90);
  }
  await kubectl(['apply', '--filename', '-'], namespaceManifest());
  await apply(before.length === 0);
  await mkdir(stateFolder, { recursive: true });
  if (stays) await writeFile(record, JSON.stringify(await made()));
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...KINDS]);
  await kubectl(['apply', '--filename', '-'], list(secretManifests(tokens)));
}

/** Two Offshoots on one cluster would undo each other's work. */
async function refuseIfInUse(kubectl: Kubectl): Promise<void> {
  const others = (await repositories(kubectl)).filter((one) => !one.startsWith(`${names.namespace}/`));
  if (others.length === 0) return;
  throw new Error(
    `this cluster is in use by another Offshoot, for the DagRepository ${others.join(', ')}. ` +
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

async function installed(kubectl: Kubectl): Promise<readonly string[]> {
  const asked = ['--ignore-not-found', '--output=name'];
  const files = await kubectl(['get', ...FILES, ...asked]);
  return lines(`${files}\n${await kubectl(['get', '--filename', '-', ...asked], OWN)}`);
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
