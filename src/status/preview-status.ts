import { withTransitions } from '../model/conditions.ts';
import { seeDags } from '../model/containers.ts';
import { annotation } from '../model/labels.ts';
import { needsSomebody } from '../model/reasons.ts';
import { answeredJustNow } from './answered-just-now.ts';
import { explain } from './explain.ts';
import { gitHostTrouble } from './git-host-trouble.ts';
import { dagsImported } from './dags-imported.ts';
import { remark } from './remark.ts';
import { gitSaid } from './why/git.ts';
import { containerOf, podOf } from './why/pods.ts';
import type { Condition, ConditionType } from '../model/conditions.ts';
import type { PreviewStatus } from '../model/preview.ts';
import type { Reason } from '../model/reasons.ts';
import type { Observed } from '../observe/api.ts';
import type { Plan } from '../plan/api.ts';
import type { StatusInput } from './api.ts';

export type Said = Omit<Condition, 'observedGeneration' | 'lastTransitionTime'>;

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
}: StatusInput): Pick<PreviewStatus, 'repositoryGeneration' | 'rendering'> {
  const { revision, repositoryGeneration, rendering } = preview.status ?? {};
  if (plan.kind === 'Converge' && !trouble && revision)
    return { repositoryGeneration: revision.generation, rendering: revision.rendering };
  return {
    ...(repositoryGeneration !== undefined && { repositoryGeneration }),
    ...(rendering && { rendering }),
  };
}

function said(input: StatusInput): Said[] {
  const { plan, trouble, observed, preview } = input;
  if (plan.kind === 'Teardown') return removing(plan.keep, trouble);
  if (plan.kind === 'Wait') {
    const healthy = airflowHealthy(observed);
    if (isUnreadable(input) && (healthy.status === 'True' || answeredJustNow(observed, preview)))
      return [...worksBut(plan), healthy];
    const { reason, message } = plan;
    return overall({ ready: false, reason, message, stalled: needsSomebody(reason) });
  }
  const stands = trouble ?? (plan.kind === 'Hold' ? plan.trouble : undefined);
  const seen = converging(input);
  if (!stands) return seen;
  // What cannot be applied does not close what works: the URL opens as before.
  const finer = seen.filter(({ type }) => !OVERALL.includes(type));
  if (seen[0]?.status !== 'True') return [...overall({ ready: false, ...stands, stalled: true }), ...finer];
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
  keep: { reason: Reason; message: string } | undefined,
  trouble: StatusInput['trouble'],
): Said[] {
  if (trouble) return overall({ ready: false, ...trouble, stalled: needsSomebody(trouble.reason) });
  if (keep) return overall({ ready: false, ...keep, stalled: true });
  return overall({
    ready: false,
    reason: 'Removing',
    message: 'The branch is gone; everything created for it is being removed.',
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

function converging({ plan, observed, preview, repository, contested }: StatusInput): Said[] {
  if (!('design' in plan)) return [];
  const { design } = plan;
  const container = (name: string) => containerOf(observed.pods, 'airflow', name);
  const gitTrouble = gitSaid(observed, design) ?? gitHostTrouble(repository);
  const database = podOf(observed.pods, 'postgres')?.ready === true;
  const synced = container('git-sync')?.ready === true;
  // The probe that looks for the folder shows git-sync's error first: then the folder is there as it was.
  const folder = seeDags.some((name) => container(name)?.ready) || gitSaid(observed, design) !== undefined;
  const healthy = airflowHealthy(observed);
  const open = healthy.status === 'True' || answeredJustNow(observed, preview);
  const ready = database && synced && open && folder && !observed.outlived;
  const why = ready ? undefined : explain(observed, design, contested);
  const imported = ready ? dagsImported(observed, design, preview) : undefined;
  const noted = ready ? remark(observed, design, contested, repository, imported) : undefined;
  const finer: Said[] = [
    condition(
      'DatabaseReady',
      database,
      'DatabaseStarting',
      'PostgreSQL accepts connections.',
      'PostgreSQL is starting.',
    ),
    gitTrouble
      ? { type: 'DagsSynced', status: 'False', reason: gitTrouble.reason, message: gitTrouble.message }
      : condition(
          'DagsSynced',
          synced,
          'DagsSyncing',
          `git-sync has checked out ${design.branch}.`,
          `git-sync is fetching ${design.branch}.`,
        ),
    healthy,
    ...(imported ? [imported] : []),
  ];
  const url = preview.status?.url ?? '';
  if (noted) return [...overall({ ready, ...noted, stalled: false }), ...finer];
  if (ready)
    return [...overall({ ready, reason: 'Ready', message: `Open ${url}`, stalled: false }), ...finer];
  if (why) return [...overall({ ready, ...why, stalled: false }), ...finer];
  const next = finer.find((one) => one.status !== 'True');
  const message = next?.message ?? 'Looking for the DAG folder.';
  const updating = preview.status?.revision?.updating && preview.status.revision.generation;
  const step = updating
    ? {
        reason: 'Updating' as const,
        message: `Updating to generation ${updating} of the DagRepository. ${message}`,
      }
    : { reason: next?.reason ?? 'AirflowStarting', message };
  return [...overall({ ready, ...step, stalled: false }), ...finer];
}

function airflowHealthy({ airflow: health }: Observed): Said {
  const { waitingFor } = health ?? { waitingFor: ['Airflow'] };
  return condition(
    'AirflowHealthy',
    waitingFor.length === 0,
    'AirflowStarting',
    'All parts of Airflow are healthy.',
    `Waiting for ${waitingFor.join(', ')}.`,
  );
}

const condition = (
  type: ConditionType & Reason,
  holds: boolean,
  waiting: Reason,
  yes: string,
  no: string,
): Said => ({
  type,
  status: holds ? 'True' : 'False',
  reason: holds ? type : waiting,
  message: holds ? yes : no,
});
