import { dagRepositorySpec } from '../../src/model/dag-repository.ts';
import { annotation, API_VERSION, label } from '../../src/model/labels.ts';
import { previewName } from '../../src/model/names.ts';
import { designOf } from '../../src/plan/design.ts';
import type { z } from 'zod';
import type { Condition } from '../../src/model/conditions.ts';
import type { DagRepository } from '../../src/model/dag-repository.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Preview, PreviewStatus } from '../../src/model/preview.ts';
import type { Seen } from '../../src/backends/api.ts';
import type { ContainerSummary, PodSummary } from '../../src/backends/native/look/pods.ts';
import type { Scene } from '../../src/backends/native/look/scene.ts';
import type { Live, Observed } from '../../src/observe/api.ts';
import type { Design } from '../../src/plan/api.ts';
import type { Network } from '../../src/model/network.ts';

export const HEAD = '1111111111111111111111111111111111111111';
export const OTHER_HEAD = '2222222222222222222222222222222222222222';
export const NOW = new Date('2026-11-20T10:00:00Z');

type Spec = z.input<typeof dagRepositorySpec>;

/** The smallest spec that the schema takes, and what the test is about. */
export const aSpec = (parts: Partial<Spec> = {}): Spec => ({
  git: { url: 'https://git.example.com/acme/dags.git' },
  webhookSecretRef: { name: 'dags-webhook' },
  url: { base: 'https://airflow.example.com' },
  ...parts,
});

export function aDagRepository(
  parts: Partial<Spec> & { name?: string; namespace?: string; conditions?: Condition[] } = {},
): DagRepository {
  const { name = 'dags', namespace = 'offshoot', conditions, ...spec } = parts;
  return {
    apiVersion: API_VERSION,
    kind: 'DagRepository',
    metadata: { name, namespace, uid: `uid-${name}`, generation: 1 },
    spec: dagRepositorySpec.parse(aSpec(spec)),
    ...(conditions && { status: { conditions } }),
  };
}

/** As the API server holds it, before anybody has read it. */
export const aRawDagRepository = (spec: unknown, name = 'dags'): KubeObject => ({
  apiVersion: API_VERSION,
  kind: 'DagRepository',
  metadata: { name, namespace: 'offshoot', uid: `uid-${name}`, generation: 1 },
  spec,
});

export interface PreviewParts {
  branch?: string;
  namespace?: string;
  repository?: string;
  name?: string;
  uid?: string;
  generation?: number;
  status?: PreviewStatus;
  annotations?: Record<string, string>;
  deleting?: boolean;
  byHand?: boolean;
  createdAt?: string;
}

/** A Preview that intake made, without status: nobody has asked the git host yet. */
export function aPreview(parts: PreviewParts = {}): Preview {
  const { branch = 'feature/hardy', namespace = 'offshoot', repository = 'dags', status } = parts;
  return {
    apiVersion: API_VERSION,
    kind: 'Preview',
    metadata: {
      name: parts.name ?? previewName(namespace, repository, branch),
      namespace,
      uid: parts.uid ?? 'b1c7a0e2-0000-4000-8000-000000000001',
      generation: parts.generation ?? 1,
      labels: parts.byHand ? {} : { [label.madeBy]: 'intake' },
      annotations: parts.annotations ?? {},
      creationTimestamp: parts.createdAt ?? '2026-11-20T09:59:30Z',
      ...(parts.deleting && { deletionTimestamp: '2026-11-20T10:00:00Z' }),
    },
    spec: { repositoryRef: { name: repository }, branch },
    ...(status && { status }),
  };
}

export const URL_OF_HARDY = 'https://airflow.example.com/feature/hardy';

/** What the repository reconciler writes once the git host has confirmed the branch. */
export const verified: PreviewStatus = { branch: { head: HEAD }, url: URL_OF_HARDY };

/** And that it may be made. */
export const admitted: PreviewStatus = { ...verified, admitted: true };

/** Annotations of a delivery that nobody has handled. */
export const aMark = (parts: { requested?: string; expectedHead?: string; pusher?: string } = {}) => ({
  [annotation.checkRequested]: parts.requested ?? NOW.toISOString(),
  ...(parts.expectedHead && { [annotation.expectedHead]: parts.expectedHead }),
  ...(parts.pusher && { [annotation.pusher]: parts.pusher }),
});

export const aNetwork = (parts: Partial<Network> = {}): Network => ({
  allowed: ['10.89.0.1'],
  apiServer: [{ address: '172.16.0.9', port: 6443 }],
  dns: ['10.96.0.10'],
  offshoot: undefined,
  ...parts,
});

export const planSettings = {
  gitSyncImage: 'registry.k8s.io/git-sync/git-sync:v4.4.2',
  syncedBase: 'http://10.89.0.1:8080',
};

/** The design of a branch, made by the real `designOf`. */
export function aDesign(
  parts: { repository?: DagRepository; branch?: string; url?: string; network?: Network; uid?: string } = {},
): Design {
  const { repository = aDagRepository(), branch = 'feature/hardy', uid } = parts;
  const preview = aPreview({
    branch,
    namespace: repository.metadata.namespace ?? '',
    repository: repository.metadata.name,
    ...(uid && { uid }),
  });
  return designOf(repository, preview, parts.url ?? URL_OF_HARDY, parts.network ?? aNetwork(), planSettings);
}

export const aContainer = (name: string, parts: Partial<ContainerSummary> = {}): ContainerSummary => ({
  name,
  image: `example.com/${name}:1`,
  ready: true,
  running: true,
  startedAt: NOW.getTime() - 25_000,
  restarts: 0,
  waiting: undefined,
  ended: undefined,
  ...parts,
});

export const aPod = (part: string, parts: Partial<PodSummary> = {}): PodSummary => ({
  name: `${part}-7d9f`,
  namespace: 'dags-feature-hardy',
  uid: `uid-${part}`,
  part,
  template: undefined,
  createdAt: NOW.getTime() - 28_000,
  deleting: false,
  ready: true,
  unschedulable: undefined,
  ended: undefined,
  containers: [aContainer(part)],
  ...parts,
});

const TOGETHER = ['git-sync', 'airflow'];
const APART = ['git-sync', 'migrate', 'api-server', 'scheduler', 'dag-processor', 'triggerer'];

/** The Airflow pod, healthy but for the containers given: they tell whether it has one for all parts or one for each. */
export const anAirflowPod = (
  changed: Record<string, Partial<ContainerSummary>> = {},
  parts: Partial<PodSummary> = {},
): PodSummary =>
  aPod('airflow', {
    ready: Object.keys(changed).length === 0,
    containers: (Object.keys(changed).every((name) => TOGETHER.includes(name)) ? TOGETHER : APART).map(
      (name) => aContainer(name, changed[name]),
    ),
    ...parts,
  });

const HEALTHY = { answers: true, waitingFor: [] };

/** All that native Airflow is made of runs, but for what the test changes. */
export const aScene = (parts: Partial<Scene> = {}): Scene => ({
  at: NOW,
  pods: [aPod('postgres'), anAirflowPod()],
  outlived: undefined,
  warnings: [],
  contested: [],
  ...parts,
});

/** Backend and caches say that all is well. */
export const aSeen = (parts: Partial<Seen> = {}): Seen => ({
  endpoint: undefined,
  settled: true,
  milestones: [],
  blocking: undefined,
  remark: undefined,
  happened: undefined,
  checkout: undefined,
  ...parts,
});

export const aLive = (parts: Partial<Live> = {}): Live => ({
  at: NOW,
  objects: new Map(),
  pods: [],
  warnings: [],
  ...parts,
});

/** A world in which Airflow is healthy, but for what the test changes. */
export const anObserved = (parts: Partial<Observed> = {}): Observed => ({
  namespace: { state: 'ours', live: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } } },
  live: aLive(),
  serving: true,
  airflow: HEALTHY,
  importErrors: undefined,
  network: aNetwork(),
  checkout: undefined,
  mintsCredentials: false,
  unread: undefined,
  ...parts,
});

export const aCondition = (parts: Partial<Condition> & Pick<Condition, 'type'>): Condition => ({
  status: 'False',
  reason: 'Preparing',
  message: 'A sentence.',
  ...parts,
});
