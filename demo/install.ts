import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { list, type Kubectl } from './kubectl.ts';
import { bindingManifest, namespaceManifest, names, secretManifests, type Tokens } from './manifests.ts';
import type { Cluster } from './set-up-cluster.ts';
import type { Stage } from './world.ts';

const HELM = join(import.meta.dirname, '..', 'helm', 'offshoot');
const FILES = ['crd', 'rbac'].flatMap((folder) => ['--filename', join(HELM, folder)]);
const OWN = list([namespaceManifest(), bindingManifest()]);
const KINDS = ['crd/dagrepositories.offshoot.dev', 'crd/previews.offshoot.dev'];

/** Installs Offshoot's kinds and rights, and the Secrets a DagRepository names: what an administrator does once. */
export async function install(stage: Stage, { kubectl, stays }: Cluster, tokens: Tokens): Promise<void> {
  await stage.steps.step("Offshoot's kinds, rights and secrets applied", 60, async () => {
    await refuseIfInUse(kubectl);
    // In a cluster that stays, what was there before us stays too; what a killed demo made counts as ours.
    const record = join(stage.stateFolder, 'made.json');
    const recorded = JSON.parse(await readFile(record, 'utf8').catch(() => '[]')) as string[];
    const before = (await installed(kubectl)).filter((name) => !recorded.includes(name));
    await kubectl(['apply', ...FILES]);
    await kubectl(['apply', '--filename', '-'], OWN);
    const made = (await installed(kubectl)).filter((name) => !before.includes(name));
    if (stays) {
      await mkdir(stage.stateFolder, { recursive: true });
      await writeFile(record, JSON.stringify(made));
      const remove = (): Promise<void> => uninstall(kubectl, made).then(() => rm(record, { force: true }));
      stage.undo.add("removing Offshoot's namespace, rights and kinds", remove, 90);
    }
    await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...KINDS]);
    await kubectl(['apply', '--filename', '-'], list(secretManifests(tokens)));
  });
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
  await kubectl(['delete', ...rest, '--ignore-not-found', '--timeout=60s']);
  // Deleting a kind deletes every object of it: not if somebody began to use it meanwhile.
  if (kinds.length > 0 && (await repositories(kubectl)).length === 0) {
    await kubectl(['delete', ...kinds, '--ignore-not-found', '--timeout=20s']);
  }
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
