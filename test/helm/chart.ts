import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ensureHelm } from '../../sandbox/api.ts';
import { run, tryRun, type RunResult } from '../../sandbox/base/run.ts';
import type { KubeObject } from '../../src/model/object.ts';

export const CHART = join(import.meta.dirname, '../../helm/offshoot');
export const EVERYTHING = join(import.meta.dirname, 'everything.yaml');

/** What a chart test needs of Helm: nothing of this machine's own settings. */
export async function tryHelm(args: readonly string[], input?: string): Promise<RunResult> {
  const { PATH, HOME } = process.env;
  return tryRun(await ensureHelm(), args, { env: { PATH, HOME }, ...(input !== undefined && { input }) });
}

export async function helm(args: readonly string[]): Promise<string> {
  const { PATH, HOME } = process.env;
  return run(await ensureHelm(), args, { env: { PATH, HOME } });
}

/** `helm template`, as text. */
export const rendered = (release: string, args: readonly string[] = []): Promise<string> =>
  helm(['template', release, CHART, '--namespace', 'offshoot', ...args]);

export const objectsIn = (text: string): KubeObject[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() as KubeObject | null) ?? []);
