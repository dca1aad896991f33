import { serveApi } from '../model/containers.ts';
import type { PodSummary } from './api.ts';

/** Whether Airflow's API may answer: before its container runs, nobody does at its address. */
export const serving = (pods: readonly PodSummary[]) =>
  pods.some(({ containers }) => containers.some(({ name, running }) => serveApi.includes(name) && running));
