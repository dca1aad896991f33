import { join } from 'node:path';
import { writeAtomically } from '../base/atomic-file.ts';
import type { Program } from '../cluster/start-process.ts';
import type { Paths } from '../cluster/state.ts';

/** Inside the node's mount namespace, where /run is its own. */
export const containerdSocket = '/run/containerd/containerd.sock';

/** Whether this process may lower an oom_score_adj (CAP_SYS_RESOURCE), from the text of /proc/self/status. */
export function mayLowerOomScore(status: string): boolean {
  const effective = BigInt(`0x${status.match(/^CapEff:\s*([0-9a-f]+)$/m)?.[1] ?? '0'}`);
  return ((effective >> 24n) & 1n) === 1n;
}

export async function containerd(
  paths: Paths,
  options: { file: string; content: string; pauseImage: string; cniPlugins: string; lowerOomScore: boolean },
): Promise<Program> {
  const text = JSON.stringify; // a JSON string is a TOML string
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const config = `version = 2
root = ${text(options.content)}
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
  address = ${text(containerdSocket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${text(join(paths.folder, 'opt'))}

[${cri}]
  sandbox_image = ${text(options.pauseImage)}
  # Without CAP_SYS_RESOURCE runc could not give pods the low scores that kubelet asks for, and would fail.
  restrict_oom_score_adj = ${!options.lowerOomScore}

  [${cri}.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

  [${cri}.cni]
    bin_dir = ${text(options.cniPlugins)}
    conf_dir = ${text(cniConfigFolder(paths))}
`;
  const path = join(paths.config, 'containerd.toml');
  await writeAtomically(path, config);
  return { name: 'containerd', file: options.file, args: ['--config', path] };
}

export const cniConfigFolder = (paths: Paths) => join(paths.config, 'cni');
