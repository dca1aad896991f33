import { findCondition } from '../model/conditions.ts';
import { cloneUrl } from '../model/git-source.ts';
import { whoseNamespace } from '../model/namespace-owner.ts';
import { namespaceOf } from '../model/preview.ts';
import { airflowVersionOf } from '../model/template.ts';
import { byName, ofPreview } from './live.ts';
import type { AirflowClient } from '../airflow/api.ts';
import type { Backend, Endpoint } from '../backends/api.ts';
import type { Cache } from '../cluster/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { Network } from '../model/network.ts';
import type { Observed, Warning } from './api.ts';
import type { PlaceOfKeys } from './signing-keys.ts';

export interface ObserveDeps {
  warnings(namespace: string): Promise<readonly Warning[]>;
  namespaces: Cache<KubeObject>;
  previews: Pick<Cache<KubeObject>, 'byUid'>;
  /** One cache per kind that a preview is made of, all selected by our uid label. */
  owned: readonly Cache<KubeObject>[];
  /** The pods that the backend looks at; tasks' pods are none of our business. */
  pods: Cache<KubeObject>;
  look: Backend['look'];
  /** Where a Service answers. */
  addressOf(service: KubeObject): string | undefined;
  airflow: AirflowClient;
  /** What a preview's Airflow checks tokens with. */
  signingKey(place: PlaceOfKeys): Promise<string | undefined>;
  network(gitUrl: string): Promise<Network>;
  mints(repository: DagRepository): Promise<boolean>;
  readNamespace(name: string): Promise<KubeObject | undefined>;
}

const NO_NETWORK: Network = { allowed: [], apiServer: [], dns: [], offshoot: undefined };
/** Younger than this, a preview is not asked why it is not ready. */
const PATIENCE_MS = 8_000;

/** Reads everything that a reconcile of this preview needs, once. */
export async function observe(
  deps: ObserveDeps,
  preview: Preview,
  repository: DagRepository | undefined,
  now: Date,
): Promise<Observed> {
  const uid = preview.metadata.uid ?? '';
  const name = namespaceOf(preview);
  const mine = ofPreview(preview);
  const pods = mine(deps.pods);
  if (preview.metadata.deletionTimestamp) {
    return Object.freeze({
      namespace: { state: 'unread' as const },
      live: { at: now, objects: new Map(), pods, warnings: [] },
      serving: false,
      airflow: undefined,
      importErrors: undefined,
      network: NO_NETWORK,
      checkout: undefined,
      mintsCredentials: false,
      unread: undefined,
    });
  }
  const failures: unknown[] = [];
  const or =
    <T>(usual: T) =>
    (error: unknown): T => (failures.push(error), usual);
  const age = now.getTime() - Date.parse(preview.metadata.creationTimestamp ?? '');
  // Far in the future, by a clock that was set back, is not young.
  const young = Math.abs(age) < PATIENCE_MS;
  const owned = deps.owned.flatMap(mine);
  const namespace = await namespaceState(deps, name, preview, owned.length > 0).catch(
    or({ state: 'unread' as const }),
  );
  const made = namespace.state === 'absent' ? [] : owned;
  const objects = byName(made);
  const { endpoint, settled, checkout } = deps.look({ at: now, objects, pods, warnings: [] });
  const base = endpoint?.serving ? baseOf(deps, endpoint, preview.status?.url) : undefined;
  const version = airflowVersionOf(preview, repository);
  const [network, mintsCredentials, warnings, airflow, importErrors] = await Promise.all([
    repository ? deps.network(cloneUrl(repository.spec)).catch(or(NO_NETWORK)) : NO_NETWORK,
    repository ? deps.mints(repository).catch(or(true)) : false,
    young || settled || made.length === 0 ? [] : deps.warnings(name).catch(or([])),
    version ? deps.airflow.health(version, base) : undefined,
    version && base && isReady(preview)
      ? askImportErrors(deps, version, base, { namespace: name, previewUid: uid }).catch(or(undefined))
      : undefined,
  ]);
  return Object.freeze({
    namespace,
    live: Object.freeze({ at: now, objects, pods, warnings }),
    serving: endpoint?.serving ?? false,
    airflow,
    importErrors,
    network,
    checkout,
    mintsCredentials,
    unread: failures.length > 0 ? { error: failures[0] } : undefined,
  });
}

const isReady = ({ status }: Preview) => findCondition(status?.conditions, 'Ready')?.status === 'True';

async function namespaceState(
  deps: ObserveDeps,
  name: string,
  { metadata, spec, status }: Preview,
  holdsOurs: boolean,
): Promise<Observed['namespace']> {
  // Made a moment ago, it shows up in a live read alone: asked for by those that may make something.
  const found =
    deps.namespaces.get({ name }) ?? (status?.admitted ? await deps.readNamespace(name) : undefined);
  if (!found) return { state: 'absent' };
  const repository = { namespace: metadata.namespace ?? '', name: spec.repositoryRef.name };
  const lives = (uid: string) => deps.previews.byUid(uid) !== undefined;
  const whose = whoseNamespace(found, metadata.uid ?? '', repository, lives);
  if (whose === 'ours')
    return { state: found.metadata.deletionTimestamp ? 'terminating' : 'ours', live: found };
  // Of one that holds what was made for this very Preview, the marks alone were rewritten.
  if (whose === 'orphan' && !holdsOurs)
    return {
      state: 'orphaned',
      message: `Namespace ${name} was left behind by an earlier Preview of this branch. It is removed first, which takes about a minute; then the preview is recreated.`,
    };
  return {
    state: 'foreign',
    message: `Namespace ${name} exists and ${whose !== 'a stranger’s' ? 'belongs to another preview' : 'was not created by Offshoot'}.`,
  };
}

/** Where this preview's Airflow answers, with the branch's path. */
function baseOf(
  { addressOf }: ObserveDeps,
  { service }: Endpoint,
  url: string | undefined,
): string | undefined {
  const address = url && URL.canParse(url) && addressOf(service);
  return address ? address + new URL(url).pathname : undefined;
}

async function askImportErrors(deps: ObserveDeps, version: string, base: string, place: PlaceOfKeys) {
  const key = await deps.signingKey(place);
  return key ? deps.airflow.importErrors(version, base, key) : undefined;
}
