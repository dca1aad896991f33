import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { cacheFolder } from '../base/folders.ts';
import { stopProcess } from '../base/stop-process.ts';
import { waitFor } from '../base/wait.ts';
import type { Binaries } from '../build/ensure-binaries.ts';
import type { Program } from '../cluster/start-process.ts';
import { assertAllRun, startProcess, tail } from '../cluster/start-process.ts';
import type { StateFile } from '../cluster/state.ts';
import { writeCniConfig } from './cni.ts';
import { containerd, mayLowerOomScore } from './containerd.ts';
import type { Ctr } from './ctr.ts';
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
  const ctr = await answering(state, insideProgram(state.value, program));
  if ((await removeContainers(ctr)) > 0) {
    // Those of a run that was never taken down. It has read about them already, and would go on telling kubelet.
    const { containerd: knowing, ...others } = state.value.processes;
    // What is started beside it takes a process that is recorded and has ended for a failure.
    await state.update({ processes: others });
    await stopProcess(knowing!);
    await answering(state, insideProgram(state.value, program));
  }
  await addOwnImages(paths, binaries, ctr);
}

async function answering(state: StateFile, program: Program): Promise<Ctr> {
  await startProcess(state, program);
  const ctr = ctrOf(state.value);
  const answers = () => {
    assertAllRun(state);
    return ctr('version').then(
      () => true,
      () => false,
    );
  };
  if (!(await waitFor(answers, { timeout: 30_000, interval: 100 })))
    throw new Error(`containerd does not answer:\n${tail(join(state.paths.logs, 'containerd.log'))}`);
  return ctr;
}
