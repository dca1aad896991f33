import { expect, test } from 'vitest';
import { materialSecrets } from '../../src/backends/native/material-secrets.ts';

import { restartedBy } from '../../src/backends/shared/materials.ts';
import { aDesign } from '../support/builders.ts';
import { rendered } from './rendered.ts';
import type { Material } from '../../src/model/material.ts';

const design = aDesign();
const token = (parts: Partial<Material> = {}): Material => ({
  secret: 'git-credentials',
  part: 'git-sync',
  values: { token: 'x' },
  ...parts,
});
const settings = (parts: Partial<Material> = {}): Material => ({
  secret: 'settings',
  part: 'airflow',
  values: { KEY: 'a value' },
  restarts: true,
  ...parts,
});

test('a material becomes a Secret of the part that uses it, with its values as they are', () => {
  expect(materialSecrets(design, [settings()])).toMatchObject([
    {
      kind: 'Secret',
      metadata: { name: 'settings', namespace: design.namespace },
      data: { KEY: Buffer.from('a value').toString('base64') },
    },
  ]);
});

test('only what expires says when', () => {
  const notes = (material: Material) => materialSecrets(design, [material])[0]?.metadata.annotations;
  expect(notes(token())).toBeUndefined();
  expect(notes(token({ expiresAt: Date.parse('2026-11-20T11:00:00Z') }))).toEqual({
    'offshoot.dev/expires': '2026-11-20T11:00:00.000Z',
  });
});

test('of a material whose values are not known, nothing is written', () => {
  expect(materialSecrets(design, [token({ values: undefined })])).toEqual([]);
});

test('a changed value restarts the part that uses it, and no other; what is mounted restarts nothing', () => {
  const objects = rendered(design);
  const changed = (before: Material[], after: Material[]) => {
    const [one, other] = [before, after].map((list) => objects.map(restartedBy(design, list)));
    return one!
      .filter((object, at) => JSON.stringify(object) !== JSON.stringify(other![at]))
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  };
  const renewed = { values: { token: 'y' } };
  expect(changed([], [token()])).toEqual([]);
  expect(changed([token()], [token(renewed)])).toEqual([]);
  expect(changed([settings()], [settings({ values: { KEY: 'another' } })])).toEqual(['Deployment/airflow']);
  expect(changed([settings()], [settings()])).toEqual([]);
});
