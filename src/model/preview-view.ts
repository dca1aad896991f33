import { findCondition } from './conditions.ts';
import { openMark } from './preview.ts';
import { isFailure, isWell, reasons, rowOf } from './reasons.ts';
import type { ConditionType } from './conditions.ts';
import type { Preview } from './preview.ts';
import type { ReasonRow } from './reason-kinds.ts';

/** A preview as people see it, on whatever surface: nobody else reads conditions to display them. */
export interface PreviewView {
  repository: string;
  branch: string;
  url: string | undefined;
  /** The condition `Ready`. */
  ready: 'True' | 'False' | 'Unknown';
  /** Undefined, as `message`, while nothing has been reported. */
  reason: string | undefined;
  message: string | undefined;
  /** Since when `ready` is what it is. */
  since: string | undefined;
  /** Its URL leads to Airflow: as soon as that answers, unless something is wrong that a page explains better. */
  opens: boolean;
  isRemoved: boolean;
  badge: Badge;
  steps: readonly Step[];
  /** The commit that is checked out, where git-sync reports it. */
  commit: string | undefined;
  /** The newest head that was heard of, confirmed or not. */
  head: string | undefined;
  /** What is not as it should be, a sentence each. */
  remarks: readonly string[];
}

export type Badge = Pick<ReasonRow, 'colour' | 'word'>;

export interface Step {
  name: string;
  done: boolean;
}

const STEPS: readonly [ConditionType, string][] = [
  ['DatabaseReady', 'Database ready'],
  ['DagsSynced', 'DAGs synced'],
  ['AirflowHealthy', 'Airflow healthy'],
];

export function viewOf(preview: Preview): PreviewView {
  const { metadata, spec, status } = preview;
  const condition = (type: ConditionType) => findCondition(status?.conditions, type);
  const holds = (type: ConditionType) => condition(type)?.status === 'True';
  const { status: ready = 'Unknown', reason, message, lastTransitionTime: since } = condition('Ready') ?? {};
  const isRemoved = metadata.deletionTimestamp !== undefined;
  const answers = holds('AirflowHealthy') && !isFailure(reason ?? '');
  const opens = !isRemoved && (ready === 'True' || answers);
  return {
    repository: spec.repositoryRef.name,
    branch: spec.branch,
    url: status?.url,
    ready,
    reason,
    message,
    since,
    opens,
    isRemoved,
    badge: badgeOf(opens, reason),
    steps: STEPS.map(([type, name]) => ({ name, done: holds(type) })),
    commit: status?.commit?.synced,
    head: openMark(preview)?.expectedHead ?? status?.branch?.head,
    remarks: [isWell(reason ?? '') ? undefined : message, condition('Notified')?.message].filter(
      (remark) => remark !== undefined,
    ),
  };
}

/** In a word, how a preview is. */
export function badgeOf(opens: boolean, reason = ''): Badge {
  if (opens) return badge(reasons.Ready);
  const row = rowOf(reason);
  // All was well, and its URL does not open just now: it is on its way again.
  return badge(row.exitCode === 0 ? reasons.Preparing : row);
}

const badge = ({ colour, word }: ReasonRow): Badge => ({ colour, word });
