import { writeFile } from 'node:fs/promises';
import type { Step } from './steps.ts';

/** The one JSON document of an unattended demo; null is what was not reached. */
export interface Result {
  readonly steps: readonly Step[];
  ready_seconds: number | null;
  update_seconds: number | null;
  run_state: string | null;
  gone_seconds: number | null;
  left_over: readonly string[] | null;
  api_requests: number | null;
  memory_mib: number | null;
  /** Only when a step did not hold: which, and why. */
  failed?: string;
}

export function emptyResult(steps: readonly Step[]): Result {
  return {
    steps,
    ready_seconds: null,
    update_seconds: null,
    run_state: null,
    gone_seconds: null,
    left_over: null,
    api_requests: null,
    memory_mib: null,
  };
}

export async function writeResult(file: string, result: Result): Promise<void> {
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
}
