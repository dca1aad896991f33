import { expect, test } from 'vitest';
import { ClusterError } from '../../src/cluster/errors.ts';
import { createSaveGrants } from '../../src/controller/repository/save-grants.ts';
import { aPreview, admitted, verified } from '../support/builders.ts';
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
