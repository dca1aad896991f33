import { expect, test } from 'vitest';
import { converge } from '../../src/controller/preview/converge.ts';
import { annotation, FINALIZER } from '../../src/model/labels.ts';
import { Problem } from '../../src/model/problem.ts';
import { aDagRepository, aDesign, aLive, anObserved, aPreview, NOW } from '../support/builders.ts';
import type { PreviewDeps } from '../../src/controller/preview/deps.ts';
import type { Material } from '../../src/model/material.ts';

const HOUR = 3_600_000;

test('a material that is missing keeps everything as it is, but lets no other expire', async () => {
  const renewed: string[] = [];
  const token = { values: { token: 'new' }, expiresAt: NOW.getTime() + HOUR };
  const deps = {
    materials: [
      () => ({ secret: 'token', part: 'git-sync', gather: async () => token }),
      () => ({
        secret: 'variables',
        part: 'airflow',
        gather: () => Promise.reject(new Problem('SecretMissing', 'Not there.')),
      }),
    ],
    backend: {
      apply: () => Promise.reject(new Error('nothing may be applied')),
      renew: async (_design: unknown, _observed: unknown, materials: readonly Material[]) => {
        renewed.push(...materials.map(({ secret }) => secret));
        return [];
      },
    },
    log: { info: () => undefined, warn: () => undefined },
  } as unknown as PreviewDeps;
  const repository = aDagRepository();
  const preview = aPreview();
  preview.metadata.finalizers = [FINALIZER];
  const annotations = { [annotation.expires]: new Date(NOW.getTime() + 60_000).toISOString() };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', annotations } };
  const asked = {
    preview,
    repository: { state: 'found' as const, repository },
    observed: anObserved({ live: aLive({ objects: new Map([['Secret/token', secret]]) }) }),
    now: NOW,
  };
  const { failed } = await converge(deps, asked, repository, aDesign());
  expect(failed?.error).toMatchObject({ reason: 'SecretMissing', message: 'Not there.' });
  expect(renewed).toEqual(['token']);
});
