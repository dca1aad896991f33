import { withTransitions } from '../model/conditions.ts';
import { annotation } from '../model/labels.ts';
import { beingRemoved } from '../model/removal.ts';
import { needsSomebody } from '../model/reasons.ts';
import { answeredJustNow } from './answered-just-now.ts';
import { gitHostTrouble } from './git-host-trouble.ts';
import { dagsImported } from './dags-imported.ts';
import { remark } from './remark.ts';
import type { Milestone } from '../backends/api.ts';
import type { ConditionType } from '../model/conditions.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Explanation } from '../model/explanation.ts';
import type { Preview, PreviewStatus } from '../model/preview.ts';
import type { Reason } from '../model/reasons.ts';
import type { Observed } from '../observe/api.ts';
import type { Said, StatusInput } from './api.ts';

/** Pure: the part of the status that the controller owns. */
export function previewStatus(input: StatusInput): PreviewStatus {
  const { preview, plan, now } = input;
  const generation = preview.metadata.generation;
  const conditions = said(input).map((one) => ({
    ...one,
    message: one.message.slice(0, 2_000),
    ...(generation && { observedGeneration: generation }),
  }));
  const synced = preview.metadata.annotations?.[annotation.synced];
  const namespace =
    'design' in plan ? plan.design.namespace : isUnreadable(input) && preview.status?.namespace;
  return {
    ...(generation && { observedGeneration: generation }),
    conditions: withTransitions(conditions, preview.status?.conditions, now),
    ...(namespace && { namespace, ...(synced && { commit: { synced } }), ...runs(input) }),
  };
}

/** Nobody knows what it should be: what runs goes on running. */
const isUnreadable = ({ plan, repository }: StatusInput) => plan.kind === 'Wait' && !repository;

/** What it was granted, once that is applied; until then, and while it is held, what it ran before. */
function runs({
  preview,
  plan,
  trouble,
  failed = trouble !== undefined,
}: StatusInput): Pick<PreviewStatus, 'repositoryGeneration' | 'rendering'> {
  const { revision, repositoryGeneration, rendering } = preview.status ?? {};
  if (plan.kind === 'Converge' && !failed && revision)
    return { repositoryGeneration: revision.generation, rendering: revision.rendering };
  return {
    ...(repositoryGeneration !== undefined && { repositoryGeneration }),
    ...(rendering && { rendering }),
  };
}

function said(input: StatusInput): Said[] {
  const { plan, trouble, observed, preview } = input;
  if (plan.kind === 'Teardown') return removing(preview, plan.keep, trouble);
  if (plan.kind === 'Wait') {
    const healthy = airflowHealthy(observed);
    if (isUnreadable(input) && (healthy.status === 'True' || answeredJustNow(observed, preview)))
      return [...worksBut(plan), healthy];
    const { reason, message } = trouble ?? plan;
    return overall({ ready: false, reason, message, stalled: needsSomebody(reason) });
  }
  const stands = trouble ?? (plan.kind === 'Hold' ? plan.trouble : undefined);
  const seen = converging(input);
  if (!stands) return seen;
  // What cannot be applied does not close what works: the URL opens as before.
  const finer = seen.filter(({ type }) => !OVERALL.includes(type));
  if (seen[0]?.status !== 'True')
    return [...overall({ ready: false, ...stands, stalled: needsSomebody(stands.reason) }), ...finer];
  return [...worksBut(stands), ...finer];
}

const worksBut = ({ reason, message }: { reason: Reason; message: string }) =>
  overall({
    ready: true,
    reason,
    message: `Airflow is up, but: ${message}`,
    stalled: false,
  });

const OVERALL: readonly ConditionType[] = ['Ready', 'Reconciling', 'Stalled'];

function removing(
  preview: Preview,
  keep: { reason: Reason; message: string } | undefined,
  trouble: StatusInput['trouble'],
): Said[] {
  if (trouble) return overall({ ready: false, ...trouble, stalled: needsSomebody(trouble.reason) });
  if (keep) return overall({ ready: false, ...keep, stalled: true });
  return overall({
    ready: false,
    reason: 'Removing',
    message: beingRemoved(preview),
    stalled: false,
  });
}

function overall({
  ready,
  reason,
  message,
  stalled,
}: {
  ready: boolean;
  reason: Reason;
  message: string;
  stalled: boolean;
}): Said[] {
  const state = (type: ConditionType, holds: boolean): Said => ({
    type,
    status: holds ? 'True' : 'False',
    reason,
    message,
  });
  return [state('Ready', ready), state('Reconciling', !ready && !stalled), state('Stalled', stalled)];
}

function converging({ plan, observed, seen, preview, repository }: StatusInput): Said[] {
  if (!('design' in plan) || !seen) return [];
  const healthy = airflowHealthy(observed);
  const open = healthy.status === 'True' || answeredJustNow(observed, preview);
  const ready = open && !seen.milestones.some(missing);
  const imported = ready ? dagsImported(observed, plan.design, preview) : undefined;
  const noted = ready ? remark(seen, observed.live.at, repository, imported) : undefined;
  const finer: Said[] = [
    ...seen.milestones.flatMap((one) => conditionOf(one, repository) ?? []),
    healthy,
    ...(imported ? [imported] : []),
  ];
  const url = preview.status?.url ?? '';
  if (noted) return [...overall({ ready, ...noted, stalled: false }), ...finer];
  if (ready)
    return [...overall({ ready, reason: 'Ready', message: `Open ${url}`, stalled: false }), ...finer];
  const next =
    finer.find(({ status }) => status !== 'True') ?? seen.milestones.find(missing)?.step ?? healthy;
  const why = seen.blocking ?? progress(preview, next);
  return [...overall({ ready, ...why, stalled: false }), ...finer];
}

const missing = ({ reached }: Milestone) => !reached;

/** What its backend says of a milestone; without the git host, nothing new is synced, whatever was. */
function conditionOf(
  { type, reached, step, trouble }: Milestone,
  repository: DagRepository | undefined,
): Said | undefined {
  if (!type) return undefined;
  const against = trouble ?? (type === 'DagsSynced' ? gitHostTrouble(repository) : undefined);
  const { reason, message } = against ?? step;
  return { type, status: reached && !against ? 'True' : 'False', reason, message };
}

function progress({ status }: Preview, { reason, message }: Explanation): Explanation {
  const updating = status?.revision?.updating && status.revision.generation;
  if (!updating) return { reason, message };
  return {
    reason: 'Updating',
    message: `Updating to generation ${updating} of the DagRepository. ${message}`,
  };
}

function airflowHealthy({ airflow: health }: Observed): Said {
  const { waitingFor } = health ?? { waitingFor: ['Airflow'] };
  const holds = waitingFor.length === 0;
  return {
    type: 'AirflowHealthy',
    status: holds ? 'True' : 'False',
    reason: holds ? 'AirflowHealthy' : 'AirflowStarting',
    message: holds ? 'All parts of Airflow are healthy.' : `Waiting for ${waitingFor.join(', ')}.`,
  };
}
