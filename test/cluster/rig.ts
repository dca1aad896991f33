import { setTimeout as wait } from 'node:timers/promises';
import type { Connection, ConnectOptions } from '../../src/cluster/connect.ts';
import { connect } from '../../src/cluster/connect.ts';
import type { WatchTiming } from '../../src/cluster/watch-loop.ts';
import { EdgeApi } from './edge-api.ts';

export interface Rig extends AsyncDisposable {
  api: EdgeApi;
  cluster: Connection['cluster'];
  connection: Connection;
  warnings: string[];
}

/** The times of a watch, shrunk so that a test takes seconds. */
export const quick: WatchTiming = {
  connectionSeconds: 1,
  graceSeconds: 0.4,
  headersSeconds: 0.5,
  healthySeconds: 0.5,
};

export async function aRig(options: Partial<ConnectOptions> = {}): Promise<Rig> {
  const api = new EdgeApi();
  await api.start();
  const warnings: string[] = [];
  const connection = await connect({
    kubeconfig: api.kubeconfig,
    watchTiming: quick,
    log: { warn: (_about, message) => warnings.push(message) },
    ...options,
  });
  return {
    api,
    cluster: connection.cluster,
    connection,
    warnings,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await api.stop();
    },
  };
}

/** Waits until `holds`; says what it saw last if that does not happen in time. */
export async function until(
  holds: () => boolean,
  seconds = 10,
  saw: () => unknown = () => '',
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(saw())}`);
    await wait(10);
  }
}
