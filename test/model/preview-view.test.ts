import { expect, test } from 'vitest';
import { annotation } from '../../src/model/labels.ts';
import { badgeOf, viewOf } from '../../src/model/preview-view.ts';
import { aCondition, aPreview, HEAD, OTHER_HEAD, URL_OF_HARDY, verified } from '../support/builders.ts';
import type { Preview } from '../../src/model/preview.ts';

const reporting = (...conditions: Parameters<typeof aCondition>[0][]): Preview =>
  aPreview({ status: { ...verified, conditions: conditions.map(aCondition) } });
const answers = { type: 'AirflowHealthy', status: 'True' } as const;

test('nothing has been reported yet: nobody knows, and it is getting ready', () => {
  expect(viewOf(aPreview())).toMatchObject({
    repository: 'dags',
    branch: 'feature/hardy',
    url: undefined,
    ready: 'Unknown',
    reason: undefined,
    message: undefined,
    opens: false,
    isRemoved: false,
    badge: { colour: 'wait', word: 'Getting ready' },
    remarks: [],
  });
});

test('a preview that works shows its URL, since when, and at which commit', () => {
  const since = '2026-11-20T10:00:00Z';
  const preview = reporting({
    type: 'Ready',
    status: 'True',
    reason: 'Ready',
    message: 'Open it.',
    lastTransitionTime: since,
  });
  const view = viewOf({ ...preview, status: { ...preview.status, commit: { synced: HEAD } } });
  expect(view).toMatchObject({ url: URL_OF_HARDY, ready: 'True', opens: true, since, commit: HEAD });
  expect(view).toMatchObject({ badge: { colour: 'good', word: 'Ready' }, remarks: [] });
});

test.each<[what: string, preview: Preview, opens: boolean]>([
  [
    'Airflow answers, and the rest is on its way',
    reporting({ type: 'Ready', reason: 'DagsSyncing' }, answers),
    true,
  ],
  [
    'Airflow answers, and something is wrong',
    reporting({ type: 'Ready', reason: 'DagsFolderMissing' }, answers),
    false,
  ],
  [
    'it is ready, but for something',
    reporting({ type: 'Ready', status: 'True', reason: 'GitRefused' }),
    true,
  ],
  ['Airflow does not answer yet', reporting({ type: 'Ready', reason: 'AirflowStarting' }), false],
  [
    'it is being removed',
    {
      ...aPreview({ deleting: true }),
      status: reporting({ type: 'Ready', status: 'True' }, answers).status!,
    },
    false,
  ],
])('whether the URL leads to Airflow: %s', (_what, preview, opens) => {
  expect(viewOf(preview).opens).toBe(opens);
});

test('the steps are done as their conditions say', () => {
  const { steps } = viewOf(reporting({ type: 'DatabaseReady', status: 'True' }, { type: 'DagsSynced' }));
  expect(steps.map(({ name, done }) => `${name} ${done}`)).toEqual([
    'Database ready true',
    'DAGs synced false',
    'Airflow healthy false',
  ]);
});

test('the newest head is the one that a delivery announced, until it is confirmed', () => {
  const announced = {
    [annotation.checkRequested]: '2026-11-20T10:00:00Z',
    [annotation.expectedHead]: OTHER_HEAD,
  };
  expect(viewOf(aPreview({ status: verified })).head).toBe(HEAD);
  expect(viewOf(aPreview({ status: verified, annotations: announced })).head).toBe(OTHER_HEAD);
});

test('what is not as it should be: the preview itself, and what channels cannot be told', () => {
  const limping = reporting(
    { type: 'Ready', status: 'True', reason: 'GitRefused', message: 'Renew the credentials.' },
    { type: 'Notified', reason: 'SlackChannelGone', message: 'No such channel.' },
  );
  expect(viewOf(limping).remarks).toEqual(['Renew the credentials.', 'No such channel.']);
});

test.each([
  [true, 'GitRefused', 'good', 'Ready'],
  [false, 'GitRefused', 'bad', 'Not working'],
  [false, 'Queued', 'wait', 'Waiting in line'],
  [false, 'Suspended', 'wait', 'Suspended'],
  [false, 'Ready', 'wait', 'Getting ready'],
  [false, 'DagImportFailed', 'wait', 'Getting ready'],
  [false, 'SomeWordOfANewerOffshoot', 'wait', 'Getting ready'],
])('opens %s, reason %s: %s, %s', (opens, reason, colour, word) => {
  expect(badgeOf(opens, reason)).toEqual({ colour, word });
});
