import { findCondition } from '../model/conditions.ts';
import { hostNameOf } from '../model/host-name.ts';
import { namespaceOf } from '../model/preview.ts';
import { isFailure } from '../model/reasons.ts';
import type { Condition, ConditionType } from '../model/conditions.ts';
import type { Preview } from '../model/preview.ts';
import type { Destination } from './api.ts';

const STEPS: readonly [ConditionType, string][] = [
  ['DatabaseReady', 'Database ready'],
  ['DagsSynced', 'DAGs synced'],
  ['AirflowHealthy', 'Airflow healthy'],
];

/** What the gateway needs to know of a preview; undefined until its URL is granted. */
export function destinationOf(preview: Preview, upstream: string | undefined): Destination | undefined {
  const { status, spec } = preview;
  const host = hostNameOf(status?.url);
  if (!status?.url || !host) return undefined;
  const { origin, pathname } = new URL(status.url);
  const ready = findCondition(status.conditions, 'Ready');
  return {
    host,
    origin,
    prefix: pathname,
    namespace: namespaceOf(preview),
    repository: spec.repositoryRef.name,
    branch: spec.branch,
    ready:
      !preview.metadata.deletionTimestamp &&
      letsIn(ready, findCondition(status.conditions, 'AirflowHealthy')),
    ...(upstream && { upstream }),
    reason: ready?.reason ?? 'Preparing',
    message: ready?.message ?? 'The preview is being prepared.',
    steps: STEPS.map(([type, name]) => ({
      name,
      done: findCondition(status.conditions, type)?.status === 'True',
    })),
  };
}

/** People may come in as soon as Airflow answers for all its parts, unless something is wrong that the page explains better. */
const letsIn = (ready: Condition | undefined, healthy: Condition | undefined) =>
  ready?.status === 'True' || (healthy?.status === 'True' && !isFailure(ready?.reason ?? ''));
