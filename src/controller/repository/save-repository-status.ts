import { withTransitions } from '../../model/conditions.ts';
import { API_VERSION, owner } from '../../model/labels.ts';
import { isWell } from '../../model/reasons.ts';
import { sameJson } from '../../model/same-json.ts';
import type { Prepared } from '../../backends/api.ts';
import type { Cluster } from '../../cluster/api.ts';
import type { Condition, ConditionType } from '../../model/conditions.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Reason } from '../../model/reasons.ts';

/** How a DagRepository is, in one reason and one sentence. */
export interface RepositoryState {
  reason: Reason;
  message: string;
  /** Which of the three conditions holds. */
  state: 'Ready' | 'Reconciling' | 'Stalled';
}

export interface SaveRepositoryStatusDeps {
  cluster: Pick<Cluster, 'apply'>;
  now(): Date;
  /** Which namespaces of previews that are no more are still there, as a sentence; undefined if none is. */
  leftBehind(repository: KubeObject): string | undefined;
}

type Status = NonNullable<DagRepository['status']>;
/** What else the status holds; all of it, each time. */
type Rest = { [field in keyof Omit<Status, 'observedGeneration' | 'conditions'>]: Status[field] | undefined };

/** Writes a DagRepository's status, if it says anything new. */
export async function saveRepositoryStatus(
  { cluster, now, leftBehind }: SaveRepositoryStatusDeps,
  object: KubeObject,
  { reason, message, state }: RepositoryState,
  rest: Rest,
  prepared?: Prepared,
): Promise<void> {
  const { name, namespace, uid, generation } = object.metadata;
  const condition = (type: ConditionType, holds: boolean, said: Pick<Condition, 'reason' | 'message'>) => ({
    type,
    status: holds ? ('True' as const) : ('False' as const),
    reason: said.reason,
    message: said.message.slice(0, 2_000),
    ...(generation && { observedGeneration: generation }),
  });
  const orphaned = leftBehind(object);
  const conditions = [
    ...(['Ready', 'Reconciling', 'Stalled'] as const).map((type) =>
      condition(type, type === state, { reason, message }),
    ),
    ...(prepared ? [condition(prepared.type, isWell(prepared.reason), prepared)] : []),
    ...(orphaned ? [condition('Orphaned', true, { reason: 'NamespaceOrphaned', message: orphaned })] : []),
  ];
  const before = object['status'] as Status | undefined;
  const status = {
    ...(generation && { observedGeneration: generation }),
    conditions: withTransitions(conditions, before?.conditions, now()),
    ...rest,
  };
  if (sameJson(status, before)) return;
  await cluster.apply(
    {
      apiVersion: API_VERSION,
      kind: 'DagRepository',
      metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
      status,
    },
    { fieldManager: owner.controller, force: true, subresource: 'status' },
  );
}
