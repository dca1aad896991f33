import fc from 'fast-check';
import { expect, test } from 'vitest';
import { previewName } from '../../src/model/names.ts';
import { designOf } from '../../src/plan/design.ts';
import { aDagRepository, aNetwork, aPreview, planSettings, URL_OF_HARDY } from '../support/builders.ts';
import { codePoint } from '../support/code-point.ts';
import { hostileNames } from '../support/hostile-names.ts';
import type { PlanSettings } from '../../src/plan/api.ts';

const design = (repository = aDagRepository(), preview = aPreview(), settings: PlanSettings = planSettings) =>
  designOf(repository, preview, URL_OF_HARDY, aNetwork(), settings);

test('the design holds what the specs say, and no more', () => {
  expect(design()).toEqual({
    uid: 'b1c7a0e2-0000-4000-8000-000000000001',
    preview: previewName('offshoot', 'dags', 'feature/hardy'),
    previewLabel: expect.stringMatching(/^offshoot-dags-feature-hardy-[a-z2-7]{10}$/) as string,
    repository: 'dags',
    repositoryNamespace: 'offshoot',
    branch: 'feature/hardy',
    namespace: previewName('offshoot', 'dags', 'feature/hardy'),
    url: URL_OF_HARDY,
    git: { url: 'https://git.example.com/acme/dags.git', login: 'none' },
    code: { dagsFolder: 'dags', pythonPath: ['.'] },
    airflow: {
      version: '3.3.2',
      image: 'apache/airflow:3.3.2',
      parts: 'together',
      runSchedules: 'none',
      config: {},
      env: [],
    },
    database: { image: 'postgres:17' },
    gitSyncImage: planSettings.gitSyncImage,
    quota: {
      'requests.cpu': '8',
      'requests.memory': '16Gi',
      'limits.memory': '65Gi',
      'limits.ephemeral-storage': '450Gi',
      pods: '60',
    },
    network: aNetwork(),
    syncedUrl: expect.stringMatching(
      /^http:\/\/10\.89\.0\.1:8080\/synced\/offshoot\/dags-feature-hardy-[a-z2-7]{10}$/,
    ) as string,
    proxy: undefined,
    userIds: 'own',
  });
});

test('what previews go through, and whose users they run as, is a setting', () => {
  const proxy = { https: 'http://10.1.2.3:3128' };
  expect(design(undefined, undefined, { ...planSettings, proxy, userIds: 'assigned' })).toMatchObject({
    proxy,
    userIds: 'assigned',
  });
});

const ref = { name: 'dags-credentials', readOnly: true };
test.each([
  ['https without Secret', { git: { url: 'https://h/x' } }, 'none'],
  ['https with Secret', { git: { url: 'https://h/x' }, credentialsSecretRef: ref }, 'password'],
  ['http with Secret', { git: { url: 'http://h/x' }, credentialsSecretRef: ref }, 'password'],
  ['ssh with Secret', { git: { url: 'ssh://git@h/x' }, credentialsSecretRef: ref }, 'ssh'],
  ['user@host:path with Secret', { git: { url: 'git@h:x' }, credentialsSecretRef: ref }, 'ssh'],
])('%s: git-sync logs in by %3$s', (_what, spec, login) => {
  expect(design(aDagRepository(spec)).git.login).toBe(login);
});

test('the namespace is named for the branch, whatever the Preview is called', () => {
  const byHand = design(aDagRepository(), aPreview({ name: 'my-preview' }));
  expect(byHand.namespace).toBe(design().namespace);
  expect(byHand.syncedUrl).toContain('/synced/offshoot/my-preview');
});

test('without an address for Offshoot nobody is told the synced commit', () => {
  expect(
    design(aDagRepository(), aPreview(), { ...planSettings, syncedBase: undefined as never }).syncedUrl,
  ).toBeUndefined();
});

test('the same input gives the same design, byte for byte, and labels are always legal', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.constantFrom(...hostileNames),
        fc.string({ unit: codePoint, minLength: 1, maxLength: 250 }),
      ),
      (branch) => {
        const once = design(aDagRepository(), aPreview({ branch }));
        expect(JSON.stringify(design(aDagRepository(), aPreview({ branch })))).toBe(JSON.stringify(once));
        expect(once.branch).toBe(branch);
        expect(once.previewLabel).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      },
    ),
  );
});
