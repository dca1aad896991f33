import type { TestProject } from 'vitest/node';
import { down, up } from '../../sandbox/api.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of an administrator's kubeconfig of the run's control plane. */
    controlPlaneKubeconfig: string;
  }
}

/** One control plane per test run, so that runs side by side do not meet. */
const name = `test-${process.pid}`;

/** For vitest's `globalSetup`: a real API server for all `*.cluster.test.ts` of this run. */
export async function setup(project: TestProject): Promise<void> {
  const sandbox = await up({ size: 'control-plane', name, log: (line) => console.error(line) });
  project.provide('controlPlaneKubeconfig', sandbox.kubeconfig);
}

export async function teardown(): Promise<void> {
  await down({ name });
}
