import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createSaveGrants } from '../../src/controller/repository/save-grants.ts';
import { aPreview, admitted, verified } from '../support/builders.ts';
import { aCluster } from '../support/memory-cluster.ts';
import type { Grant } from '../../src/controller/repository/grants.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview } from '../../src/model/preview.ts';

const [bad, good, other] = ['bad', 'good', 'other'].map((branch) => aPreview({ branch, uid: branch })) as [
  Preview,
  Preview,
  Preview,
];

/** The API server's side of it: what was written, but for what it answers `bad` with. */
function anApi(code: ClusterError['code']) {
  const written: string[] = [];
  const apply = async <T extends KubeObject>(object: T) => {
    if (object.metadata.uid === 'bad') throw new ClusterError(code, 'not this one');
    written.push(object.metadata.uid!);
    return object;
  };
  return { written, save: createSaveGrants({ cluster: { apply }, remember: () => undefined }) };
}

const updating = {
  generation: 2,
  rendering: 'new',
  template: {},
  updating: { since: '2026-11-20T09:59:00Z', worked: true },
};

const grants = new Map<Preview, Grant>([
  [bad, admitted],
  [good, admitted],
  [other, verified],
]);

test.each(['Invalid', 'Forbidden'] as const)(
  'F2: a Preview whose status is refused (%s) is given back, and keeps no other from what it is granted',
  async (code) => {
    const { written, save } = anApi(code);
    expect([...(await save(grants)).keys()]).toEqual([bad]);
    expect(written).toEqual(['good', 'other']);
  },
);

test('the API server’s own trouble is thrown, once every other was tried', async () => {
  const { written, save } = anApi('Unavailable');
  await expect(save(grants)).rejects.toMatchObject({ code: 'Unavailable' });
  expect(written).toEqual(['good', 'other']);
});

test('whatever makes room is written first, and only if nobody has changed his mind since', async () => {
  const [frees, updated, takes] = [
    aPreview({ branch: 'frees', uid: 'frees', status: admitted }),
    aPreview({ branch: 'updated', uid: 'updated', status: { ...admitted, revision: updating } }),
    aPreview({ branch: 'takes', uid: 'takes', status: verified }),
  ] as const;
  const { cluster, journal, store } = aCluster([frees, updated, takes]);
  const live = (uid: string) => store.byUid(uid) as Preview;
  const save = createSaveGrants({ cluster, remember: () => undefined });
  const { updating: _, ...settled } = updating;
  const grants = new Map<Preview, Grant>([
    [live('takes'), admitted],
    [live('updated'), { ...admitted, revision: settled }],
    [live('frees'), verified],
  ]);
  await save(grants);
  expect(journal.map((one) => one.split('-')[1])).toEqual(['frees', 'updated', 'takes']);

  const stale = new Map<Preview, Grant>([
    [{ ...live('takes'), metadata: { ...live('takes').metadata, resourceVersion: '1' } }, verified],
  ]);
  await expect(save(stale)).rejects.toMatchObject({ code: 'Conflict' });
  expect(live('takes').status?.admitted).toBe(true);
});

test('what is granted already is not written, and what is remembered is what the API server answered', async () => {
  const { cluster, journal, store } = aCluster([aPreview({ uid: 'one', status: verified })]);
  const remembered: Preview[] = [];
  const save = createSaveGrants({ cluster, remember: (one) => void remembered.push(one) });
  const live = store.byUid('one') as Preview;
  await save(new Map<Preview, Grant>([[live, verified]]));
  expect([journal, remembered]).toEqual([[], []]);
  await save(new Map<Preview, Grant>([[live, admitted]]));
  expect(remembered).toEqual([store.byUid('one')]);
});
