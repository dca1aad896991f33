import { expect, test } from 'vitest';
import { ls } from '../../src/cli/ls.ts';
import { aCondition, aPreview, verified } from '../support/builders.ts';
import { toolsFor } from './tools-for.ts';
import type { Preview } from '../../src/model/preview.ts';

const run = async (previews: Preview[], options: Record<string, string> = {}) => {
  const { out } = await ls.run(toolsFor(previews), [], options);
  return out;
};

const ready = aPreview({
  status: {
    ...verified,
    commit: { synced: '6113728f27ae82c7b1a177c8d03f9e96e0adf246' },
    conditions: [aCondition({ type: 'Ready', status: 'True', reason: 'Ready', message: 'Open it.' })],
  },
});
const failing = aPreview({
  branch: 'feature/a-much-longer-name',
  status: {
    conditions: [aCondition({ type: 'Ready', reason: 'ImagePullFailed', message: 'Cannot pull image x.' })],
  },
});

test('previews are a table, with what to do under the one that is not ready', async () => {
  expect(await run([ready, failing, aPreview({ branch: 'feature/new' })])).toBe(
    [
      'BRANCH                      READY    REASON           COMMIT    URL',
      'feature/hardy               True     Ready            6113728f  https://airflow.example.com/feature/hardy',
      'feature/a-much-longer-name  False    ImagePullFailed',
      '  Cannot pull image x.',
      'feature/new                 Unknown',
      '',
    ].join('\n'),
  );
});

test('no preview is said in words', async () => {
  expect(await run([])).toBe('No previews found.\n');
});

test('json is the objects as they are', async () => {
  expect(JSON.parse((await run([ready], { output: 'json' })) ?? '')).toMatchObject([ready]);
});

test('only one namespace is asked for, if it is named', async () => {
  const previews = [ready, aPreview({ namespace: 'team-a', branch: 'feature/a' })];
  expect(await run(previews, { namespace: 'team-a' })).not.toContain('hardy');
  expect(await run(previews)).toContain('hardy');
});

test('another format is refused with those that there are', async () => {
  await expect(run([], { output: 'yaml' })).rejects.toThrow('--output yaml: must be table or json');
});

test('no control character of a branch or a message reaches the terminal', async () => {
  const evil = aPreview({
    branch: 'feature/\u001b[2Jx\u202Ey\u200Bz',
    status: { conditions: [aCondition({ type: 'Ready', message: 'a\u001b]0;title\u0007\nb\r' })] },
  });
  const out = (await run([evil])) ?? '';
  expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(out.split('\n')).toHaveLength(4);
});

test('what does not work in a preview that can be opened is told as well', async () => {
  const limping = aPreview({
    status: {
      ...verified,
      conditions: [
        aCondition({
          type: 'Ready',
          status: 'True',
          reason: 'GitRefused',
          message: 'Renew the credentials.',
        }),
      ],
    },
  });
  expect(await run([limping])).toMatch(/True +GitRefused .*\n {2}Renew the credentials\.\n$/);
});
