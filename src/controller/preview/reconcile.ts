import { monotonic } from '../../model/clock.ts';
import { findCondition } from '../../model/conditions.ts';
import { done, requeueAfter } from '../../model/outcome.ts';
import { textOf } from '../../model/problem.ts';
import { createTroubles, isObstacle, retry } from '../troubles.ts';
import { ask, foundIn, previewAt } from './ask.ts';
import { converge } from './converge.ts';
import { renewMaterials } from './materials.ts';
import { nextLookMs, graceBeforeFirstStatusMs } from './next-look.ts';
import { createRemovalPace } from './removal-pace.ts';
import { createTeardown } from './teardown.ts';
import { statusInTheDark, statusOf } from './report.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Preview } from '../../model/preview.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Acted } from './converge.ts';
import type { Look, PreviewDeps } from './deps.ts';

/**
 * One preview: ask, decide, act, report. Whatever happened before, running this often enough gets it there; and whatever is thrown on the
 * way, what was seen is reported.
 */
export function createPreviewReconciler(deps: PreviewDeps) {
  const pace = createRemovalPace(monotonic);
  const troubles = createTroubles(monotonic);
  const tell = (key: string, { status }: Preview, error: unknown) =>
    troubles.tell(key, error, findCondition(status?.conditions, 'Ready')?.reason);
  const teardown = createTeardown(deps, pace, tell);

  async function look(key: string, preview: Preview): Promise<Look> {
    const asked = await ask(deps, preview);
    const plan = deps.plan(asked);
    const wakeAgainMs = deps.wakeGitSync(preview, 'wake' in plan ? plan.wake : undefined);
    if (plan.kind === 'Teardown') return teardown(asked, plan);
    pace.over(key);
    const graceMs = graceBeforeFirstStatusMs(preview, plan, asked.now);
    if (graceMs > 0) return { outcome: requeueAfter(graceMs) };

    const acted = await act(deps, asked, plan);
    const { failed } = acted;
    const status = statusOf(deps, asked, plan, acted, failed && tell(key, preview, failed.error));
    if (failed && !isObstacle(failed.error)) return { status, failed, outcome: retry(failed.error) };
    if (failed) deps.log.warn({ preview: key, why: textOf(failed.error) }, 'not applied, retrying');
    const againMs = nextLookMs({ ...asked, plan, acted, status, wakeAgainMs });
    return { status, failed, outcome: requeueAfter(againMs) };
  }

  /** Not even what there is could be seen. */
  function inTheDark(key: string, preview: Preview, error: unknown): Look {
    const told = tell(key, preview, error);
    const status = told && statusInTheDark(deps, preview, told);
    return { status, failed: { error }, outcome: retry(error) };
  }

  return async (key: string): Promise<Outcome> => {
    const preview = previewAt(deps, key);
    if (!preview) return (pace.over(key), troubles.over(key), done);
    const { status, failed, outcome } = await look(key, preview).catch((error: unknown) =>
      inTheDark(key, preview, error),
    );
    if (!failed) troubles.over(key);
    if (status) await deps.saveStatus(preview, status);
    return outcome;
  };
}

async function act(
  deps: PreviewDeps,
  asked: Asked,
  plan: Exclude<Plan, { kind: 'Teardown' }>,
): Promise<Acted> {
  const repository = foundIn(asked.repository);
  if (repository && plan.kind === 'Converge') return converge(deps, asked, repository, plan.design);
  if (repository && plan.kind === 'Hold') await renewMaterials(deps, asked, repository, plan.design);
  return { failed: asked.observed.unread };
}
