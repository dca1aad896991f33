import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { cacheFolder } from '../base/folders.ts';
import { waitFor } from '../base/wait.ts';
import type { Binaries } from '../build/ensure-binaries.ts';
import { assertAllRun, startProcess, tail } from '../cluster/start-process.ts';
import type { StateFile } from '../cluster/state.ts';
import { writeCniConfig } from './cni.ts';
import { containerd, mayLowerOomScore } from './containerd.ts';
import { ctrOf, removeContainers } from './ctr.ts';
import { addOwnImages, ownImage } from './images/own-images.ts';
import { insideProgram } from './mount-namespace.ts';
import { cniFolder, findProgram } from './packages.ts';

/** Images live here from one run to the next. */
export const contentFolder = () => join(cacheFolder(), 'containerd');

/** Starts containerd with the node's own images in it. */
export async function startContainerd(state: StateFile, binaries: Binaries): Promise<void> {
  const { paths } = state;
  await writeCniConfig(paths, state.value.network!);
  const program = await containerd(paths, {
    file: findProgram('containerd')!,
    content: contentFolder(),
    pauseImage: ownImage(binaries, 'pause'),
    cniPlugins: cniFolder()!,
    lowerOomScore: mayLowerOomScore(await readFile('/proc/self/status', 'utf8')),
  });
  await startProcess(state, insideProgram(state.value, program));
  const ctr = ctrOf(state.value);
  const answers = () => {
    assertAllRun(state);
    return ctr('version').then(
      () => true,
      () => false,
    );
  };
  if (!(await waitFor(answers, { timeout: 30_000, interval: 100 })))
    throw new Error(`containerd does not answer:\n${tail(join(paths.logs, 'containerd.log'))}`);
  await removeContainers(ctr); // those of a run that was never taken down
  await addOwnImages(paths, binaries, ctr);
}
