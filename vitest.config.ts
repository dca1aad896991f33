import { defineConfig } from 'vitest/config';
import { ByPath } from './test/support/e2e/by-path.ts';

const kinds = { net: '.net.test.ts', cluster: '.cluster.test.ts', e2e: '.e2e.test.ts' };

/** Four tiers, told apart by file name: see CONTRIBUTING.md. */
export default defineConfig({
  test: {
    sequence: { sequencer: ByPath },
    projects: [
      {
        test: {
          name: 'pure',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: Object.values(kinds).map((kind) => `test/**/*${kind}`),
          setupFiles: ['test/support/pure.ts'],
          testTimeout: 20_000,
          // Nothing here outlives its test, and half of the time would go into loading the same modules for each file.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'net',
          sequence: { groupOrder: 1 },
          include: [`test/**/*${kinds.net}`],
          testTimeout: 20_000,
          // They wait more than they work.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'cluster',
          sequence: { groupOrder: 2 },
          include: [`test/**/*${kinds.cluster}`],
          globalSetup: ['test/support/control-plane.ts'],
          testTimeout: 150_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: [`test/**/*${kinds.e2e}`],
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
