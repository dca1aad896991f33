import { expect, test } from 'vitest';
import { gatherMaterials, renewMaterials } from '../../src/controller/preview/materials.ts';
import { annotation } from '../../src/model/labels.ts';
import { Problem } from '../../src/model/problem.ts';
import { aDagRepository, aDesign, aLive, anObserved, aPreview, NOW } from '../support/builders.ts';
import type { Needed } from '../../src/controller/preview/material-source.ts';
import type { Material } from '../../src/model/material.ts';

const design = aDesign();
const repository = aDagRepository();
const [PAST, SOON, LATER] = [-60_000, 60_000, 3_600_000].map((ms) => NOW.getTime() + ms) as [
  number,
  number,
  number,
];

/** A world in which these Secrets are there, each with when it expires. */
const asked = (secrets: Record<string, number | undefined> = {}) => ({
  preview: aPreview(),
  repository: { state: 'found' as const, repository },
  observed: anObserved({
    live: aLive({
      objects: new Map(
        Object.entries(secrets).map(([name, at]) => [
          `Secret/${name}`,
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: {
              name,
              ...(at && { annotations: { [annotation.expires]: new Date(at).toISOString() } }),
            },
          },
        ]),
      ),
    }),
  }),
  now: NOW,
});
const source = (secret: string, gather: Needed['gather']) => () => ({ secret, part: 'airflow', gather });
const silent = async () => {
  throw new Problem('GitUnreachable', 'No route.');
};
const fresh = source('token', async () => ({ values: { token: 'new' }, expiresAt: LATER }));
const lasting = source('key', async () => ({ values: { key: 'k' } }));

test('everything secret is gathered, and what a preview does not need is not', async () => {
  expect(await gatherMaterials([fresh, () => undefined, lasting], asked(), repository, design)).toEqual([
    { secret: 'token', part: 'airflow', values: { token: 'new' }, expiresAt: LATER },
    { secret: 'key', part: 'airflow', values: { key: 'k' } },
  ]);
});

test('what is there and has not expired outlives a source that is silent: it stays, with nothing new', async () => {
  const sources = [source('token', silent)];
  expect(await gatherMaterials(sources, asked({ token: SOON }), repository, design)).toEqual([
    { secret: 'token', part: 'airflow' },
  ]);
});

test.each([
  ['is not there', {}],
  ['has expired', { token: PAST }],
  ['never expires', { token: undefined }],
  ['belongs to another material', { other: SOON }],
])('a source that is silent is an obstacle where its Secret %s', async (_what, secrets) => {
  const gathered = gatherMaterials([source('token', silent)], asked(secrets), repository, design);
  await expect(gathered).rejects.toThrow('No route.');
});

test('an error that is no Problem is never passed over', async () => {
  const broken = source('token', async () => {
    throw new Error('a fault of ours');
  });
  await expect(gatherMaterials([broken], asked({ token: SOON }), repository, design)).rejects.toThrow('ours');
});

/** What is renewed in a preview that is left as it is. */
async function renewed(sources: (typeof fresh)[], secrets: Record<string, number | undefined>) {
  const given: Material[] = [];
  const warnings: string[] = [];
  const backend = {
    renew: async (_design: unknown, _observed: unknown, materials: readonly Material[]) => {
      given.push(...materials);
      return [];
    },
  };
  await renewMaterials(
    {
      materials: sources,
      backend: backend as never,
      log: { info: () => undefined, warn: (_fields, message) => void warnings.push(message) },
    },
    asked(secrets),
    repository,
    design,
  );
  return { given: given.map(({ secret }) => secret), warnings };
}

test('in a preview that is left as it is, only what expires is renewed, whatever material it is', async () => {
  const other = source('another', async () => ({ values: { a: 'b' }, expiresAt: LATER }));
  const secrets = { token: SOON, key: undefined, another: SOON };
  expect(await renewed([fresh, lasting, other], secrets)).toEqual({
    given: ['token', 'another'],
    warnings: [],
  });
  expect((await renewed([fresh], {})).given, 'nothing new is created there').toEqual([]);
});

test('what cannot be renewed is logged, and harms nothing', async () => {
  expect(await renewed([source('token', silent)], { token: PAST })).toEqual({
    given: [],
    warnings: ['credentials not renewed, retrying'],
  });
});
