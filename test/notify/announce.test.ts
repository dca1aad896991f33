import { describe, expect, test } from 'vitest';
import { announcementOf, contentHash } from '../../src/notify/announce.ts';
import { aPreview, failed, HEAD, ready } from './a-preview.ts';

const about = {
  repository: 'dags',
  branch: 'feature/hardy',
  url: 'http://127.0.0.1:8081/feature/hardy',
  head: HEAD,
};
const OLD = '2'.repeat(40);

describe('announcementOf', () => {
  test('is preparing while nothing failed, whichever step it is at', () => {
    const steps = (['Preparing', 'DatabaseStarting', 'DagsSyncing', 'AirflowStarting'] as const).map(
      (reason) => announcementOf(aPreview({ reason, message: reason })),
    );
    for (const one of steps)
      expect(one).toEqual({ state: 'preparing', ...about, commit: HEAD, author: 'dana' });
  });

  test('is ready with the commit that runs', () => {
    expect(announcementOf(aPreview(ready, { status: { commit: { synced: HEAD } } }))).toEqual({
      state: 'ready',
      ...about,
      commit: HEAD,
      author: 'dana',
    });
  });

  test('is nothing new between the push of a commit and its checkout', () => {
    expect(announcementOf(aPreview(ready, { status: { commit: { synced: OLD } } }))).toBeUndefined();
  });

  test('waits in line without its place, and is suspended once it was ever seen', () => {
    expect(announcementOf(aPreview({ reason: 'Queued', message: '3rd in line.' }))).toEqual({
      state: 'queued',
      ...about,
      commit: HEAD,
      author: 'dana',
    });
    expect(announcementOf(aPreview({ reason: 'Suspended' }))).toMatchObject({ state: 'suspended' });
    expect(announcementOf(aPreview({ reason: 'Suspended' }, { status: { branch: {} } }))).toBeUndefined();
    expect(announcementOf(aPreview({ reason: 'Removing' }))).toBeUndefined();
  });

  test('is failed with reason and sentence for a failure, and for whatever stalled', () => {
    expect(announcementOf(aPreview(failed))).toMatchObject({
      state: 'failed',
      reason: 'DagsFolderMissing',
      message: 'No folder dags/.',
    });
    const stalled = aPreview(ready);
    stalled.status?.conditions?.push({
      type: 'Stalled',
      status: 'True',
      reason: 'RepositoryStalled',
      message: 'Taken.',
    });
    expect(announcementOf(stalled)).toMatchObject({
      state: 'failed',
      reason: 'RepositoryStalled',
      message: 'Taken.',
    });
  });

  test('is ready with what does not work all the same, though the newest commit never arrives', () => {
    const refused = aPreview(
      { status: 'True', reason: 'GitRefused', message: 'Credentials.' },
      { status: { commit: { synced: OLD } } },
    );
    expect(announcementOf(refused)).toEqual({
      state: 'ready',
      ...about,
      commit: OLD,
      reason: 'GitRefused',
      message: 'Credentials.',
    });
  });

  test('of a failure names the commit pushed last and its author, before it is checked out as after', () => {
    const said = announcementOf(aPreview(failed, { status: { commit: { synced: OLD } } }));
    expect(said).toMatchObject({ state: 'failed', commit: HEAD, author: 'dana' });
    expect(said).toEqual(announcementOf(aPreview(failed, { status: { commit: { synced: HEAD } } })));
  });

  test('is nothing before the branch is verified, and nothing new while it is removed', () => {
    expect(announcementOf(aPreview({ reason: 'BranchNotVerified' }))).toBeUndefined();
    expect(announcementOf(aPreview({}, { status: { conditions: [] } }))).toBeUndefined();
    expect(announcementOf(aPreview(ready, { deletionTimestamp: '2026-11-21T00:00:00Z' }))).toBeUndefined();
  });
});

test('contentHash is equal for equal content in any order, and for nothing else', () => {
  const one = { state: 'ready', repository: 'a', branch: 'b' } as const;
  expect(contentHash(one)).toBe(contentHash({ branch: 'b', repository: 'a', state: 'ready' }));
  expect(contentHash(one)).toBe('74ba80dcd7267be8');
  const others = [
    { state: 'failed' } as const,
    { branch: 'c' },
    { commit: 'x' },
    { repository: 'ab', branch: '' },
  ];
  for (const other of others) expect(contentHash({ ...one, ...other })).not.toBe(contentHash(one));
});
