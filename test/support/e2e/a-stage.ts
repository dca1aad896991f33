import { afterAll, afterEach, beforeAll } from 'vitest';
import { failureReport } from '../../../demo/failure-report.ts';
import { openStage, type OpenStage } from './open-stage.ts';

/** One cluster, Offshoot, private git server and Slack for all tests of a file; taken down whatever became of them. */
export function aStage(): () => OpenStage {
  let stage: OpenStage | undefined;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || stage === undefined) return;
    const { kubectl, folder } = stage.world;
    console.log(`✗ ${task.name}\n\n${await failureReport(kubectl, folder)}\n`);
  });
  afterAll(() => stage?.close());
  return () => stage!;
}
