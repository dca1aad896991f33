import type { Condition } from '../../src/model/conditions.ts';
import { dagRepositorySpec } from '../../src/model/dag-repository.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { Preview, PreviewStatus } from '../../src/model/preview.ts';

export const HEAD = '1111111111111111111111111111111111111111';

/** Outbox entries are believed with such a uid alone. */
export const uidAt = (at: number) => `0c2b9bd2-6f0c-4e6e-9f0a-${String(at).padStart(12, '0')}`;
export const UID = uidAt(1);

/** A preview whose `Ready` condition is as given. */
export const aPreview = (
  ready: Partial<Condition> = {},
  parts: { uid?: string; branch?: string; status?: PreviewStatus; deletionTimestamp?: string } = {},
): Preview => ({
  apiVersion: 'offshoot.dev/v1alpha1',
  kind: 'Preview',
  metadata: {
    name: 'dags-feature-hardy-abcdefghij',
    namespace: 'offshoot',
    uid: parts.uid ?? UID,
    ...(parts.deletionTimestamp && { deletionTimestamp: parts.deletionTimestamp }),
  },
  spec: { repositoryRef: { name: 'dags' }, branch: parts.branch ?? 'feature/hardy' },
  status: {
    url: 'http://127.0.0.1:8081/feature/hardy',
    branch: { head: HEAD, pusher: 'dana' },
    conditions: [
      { type: 'Ready', status: 'False', reason: 'Preparing', message: 'Objects are made.', ...ready },
    ],
    ...parts.status,
  },
});

export const ready: Partial<Condition> = {
  status: 'True',
  reason: 'Ready',
  message: 'All parts are healthy.',
};
export const failed: Partial<Condition> = { reason: 'DagsFolderMissing', message: 'No folder dags/.' };

export const aRepository = (channel: string | undefined = 'C0DEMO1'): DagRepository => ({
  apiVersion: 'offshoot.dev/v1alpha1',
  kind: 'DagRepository',
  metadata: { name: 'dags', namespace: 'offshoot', uid: 'repository-uid' },
  spec: dagRepositorySpec.parse({
    git: { url: 'https://git.example.com/dags.git' },
    webhookSecretRef: { name: 'dags-webhook' },
    url: { base: 'http://127.0.0.1:8081' },
    notify: channel ? { slack: { channel, secretRef: { name: 'slack' } } } : {},
  }),
});
