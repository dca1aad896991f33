import { rm } from 'node:fs/promises';
import { readJson, writeAtomically } from '../base/atomic-file.ts';
import type { ProcessRecord } from '../base/process-identity.ts';
import { isAlive } from '../base/process-identity.ts';
import { SandboxError } from '../base/sandbox-error.ts';

/** Who has the one node of this machine. It lies outside the user's folders: all users share the machine. */
interface NodeRecord {
  name: string;
  folder: string;
  since: string;
  /** The process that holds the node's mount namespace. */
  holder: ProcessRecord;
}

const path = '/run/offshoot-sandbox-node.json';

/**
 * Throws when another sandbox than the one in `folder` has the node. Returns the folder of one that had it and whose
 * processes ended without being taken down: its rules and bridge are still there.
 */
export async function assertNodeIsFree(folder: string): Promise<string | undefined> {
  const record = await readJson<NodeRecord>(path);
  if (!record || record.folder === folder) return undefined;
  if (!isAlive(record.holder)) return record.folder;
  throw new SandboxError(
    `this machine has a node already: ${record.name}, process ${record.holder.pid}, since ${record.since} (${record.folder}); ` +
      'a second one cannot be, because kube-proxy’s rules have fixed names',
    `use that one (--name ${record.name}), or remove it: npm run sandbox -- down --name ${record.name}`,
  );
}

export async function claimNode(record: NodeRecord): Promise<void> {
  await writeAtomically(path, JSON.stringify(record), 0o644);
}

export async function releaseNode(folder: string): Promise<void> {
  if ((await readJson<NodeRecord>(path))?.folder === folder) await rm(path, { force: true });
}
