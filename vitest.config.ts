import { defineConfig } from 'vitest/config';
import { ByPath } from './test/support/e2e/by-path.ts';

const files = { pure: '.test.ts', cluster: '.cluster.test.ts', e2e: '.e2e.test.ts' };

/** Three tiers, told apart by file name: see CONTRIBUTING.md. */
export default defineConfig({
  test: {
    sequence: { sequencer: ByPath },
    projects: [
      {
        test: {
          name: 'pure',
          include: [`test/**/*${files.pure}`],
          exclude: [`test/**/*${files.cluster}`, `test/**/*${files.e2e}`],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: [`test/**/*${files.cluster}`],
          globalSetup: ['test/support/control-plane.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [`test/**/*${files.e2e}`],
          // One node for all files, which come in the order of their paths: the one that takes the node down is last.
          globalSetup: ['test/support/e2e/node.ts'],
          testTimeout: 300_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
          disableConsoleIntercept: true,
          maxWorkers: 1,
        },
      },
    ],
  },
});
