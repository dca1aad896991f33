import { AIRFLOW, containersThat, DATABASE, GIT_SYNC } from '../parts.ts';
import { databaseLost } from '../why/ended-pods.ts';
import { gitSaid } from '../why/git.ts';
import { containerOf, podOf } from './pods-of.ts';
import type { Part } from '../../../airflow/api.ts';
import type { Reason } from '../../../model/reasons.ts';
import type { Design } from '../../../plan/api.ts';
import type { Milestone } from '../../api.ts';
import type { Scene } from './scene.ts';

export function milestones(scene: Scene, design: Design, parts: readonly Part[]): Milestone[] {
  const { pods } = scene;
  const container = (name: string) => containerOf(pods, AIRFLOW, name);
  const git = gitSaid(scene, design);
  const lost = databaseLost(scene, design);
  return [
    condition('DatabaseReady', podOf(pods, DATABASE)?.ready === true, {
      yes: 'PostgreSQL accepts connections.',
      no: { reason: 'DatabaseStarting', message: 'PostgreSQL is starting.' },
    }),
    {
      ...condition('DagsSynced', container(GIT_SYNC)?.ready === true, {
        yes: `git-sync has checked out ${design.branch}.`,
        no: { reason: 'DagsSyncing', message: `git-sync is fetching ${design.branch}.` },
      }),
      trouble: git,
    },
    {
      // The probe that looks for the folder shows git-sync's error first: then the folder is there as it was.
      reached:
        containersThat('importsDags', parts).some((name) => container(name)?.ready) || git !== undefined,
      step: { reason: 'AirflowStarting', message: 'Looking for the DAG folder.' },
    },
    ...(lost ? [{ reached: false, step: lost }] : []),
  ];
}

const condition = (
  type: NonNullable<Milestone['type']>,
  reached: boolean,
  { yes, no }: { yes: string; no: { reason: Reason; message: string } },
): Milestone => ({ type, reached, step: reached ? { reason: type, message: yes } : no });
