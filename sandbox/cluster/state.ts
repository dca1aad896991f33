import { join } from 'node:path';
import { readJson, writeAtomically } from '../base/atomic-file.ts';
import type { ProcessRecord } from '../base/process-identity.ts';
import type { NodeNetwork } from '../node/network.ts';

export type Size = 'control-plane' | 'node';

/** What is written down about one sandbox, as it happens: enough to use it, and to remove it after a crash. */
export interface SandboxState {
  name: string;
  size: Size;
  created: string;
  /** True once everything answered; a state without it is a run that broke off. */
  ready: boolean;
  server: string;
  processes: Record<string, ProcessRecord>;
  network?: NodeNetwork;
  /** Kernel settings as they were, to be put back. */
  sysctls?: Record<string, string>;
  /** The firewall's chains before, as `family/table/chain`. */
  chainsBefore?: string[];
  /** The cgroup that pods live under, in every hierarchy. */
  cgroup?: string;
  /** Folders made on the host only to have something mounted over them. */
  madeFolders?: string[];
}

/** The paths of one sandbox; short, because unix socket paths end at 107 bytes. */
export function pathsOf(folder: string) {
  return {
    folder,
    state: join(folder, 'state.json'),
    kubeconfig: join(folder, 'kubeconfig'),
    auditLog: join(folder, 'audit.log'),
    pki: join(folder, 'pki'),
    logs: join(folder, 'logs'),
    etcd: join(folder, 'etcd'),
    config: join(folder, 'config'),
  };
}

export type Paths = ReturnType<typeof pathsOf>;

export const readState = (paths: Paths) => readJson<SandboxState>(paths.state);

/** The state of a run that is under way; every change is on the disk before the next step is taken. */
export class StateFile {
  readonly paths: Paths;
  value: SandboxState;
  private writing: Promise<void> = Promise.resolve();

  constructor(paths: Paths, value: SandboxState) {
    this.paths = paths;
    this.value = value;
  }

  async update(change: Partial<SandboxState>): Promise<void> {
    this.value = { ...this.value, ...change };
    const write = () => writeAtomically(this.paths.state, `${JSON.stringify(this.value, null, 2)}\n`);
    this.writing = this.writing.then(write, write);
    await this.writing;
  }
}
