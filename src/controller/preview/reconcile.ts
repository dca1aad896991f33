import { monotonic } from '../../model/clock.ts';
import { done, requeueAfter } from '../../model/outcome.ts';
import { textOf } from '../../model/problem.ts';
import { ask, foundIn } from './ask.ts';
import { converge } from './converge.ts';
import { renewMaterials } from './materials.ts';
import { nextLookMs, graceBeforeFirstStatusMs } from './next-look.ts';
import { createRemovalPace } from './removal-pace.ts';
import { createTeardown } from './teardown.ts';
import { statusOf } from './report.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Acted } from './converge.ts';
import type { PreviewDeps } from './deps.ts';

/** One preview: ask, decide, act, report. Whatever happened before, running this often enough gets it there. */
export function createPreviewReconciler(deps: PreviewDeps) {
  const pace = createRemovalPace(monotonic);
  const teardown = createTeardown(deps, pace);

  return async (key: string): Promise<Outcome> => {
    const asked = await ask(deps, key);
    if (!asked) return (pace.over(key), done);
    const { preview, now } = asked;
    const plan = deps.plan(asked);
    const wakeAgainMs = deps.wakeGitSync(preview, 'wake' in plan ? plan.wake : undefined);
    if (plan.kind === 'Teardown') return teardown(asked, plan);
    pace.over(key);
    const graceMs = graceBeforeFirstStatusMs(preview, plan, now);
    if (graceMs > 0) return requeueAfter(graceMs);

    const acted = await act(deps, asked, plan);
    const status = statusOf(deps, asked, plan, acted);
    await deps.saveStatus(preview, status);
    if (acted.trouble)
      deps.log.warn({ preview: key, why: textOf(acted.trouble.error) }, 'not applied, retrying');
    return requeueAfter(nextLookMs({ ...asked, plan, acted, status, wakeAgainMs }));
  };
}

async function act(
  deps: PreviewDeps,
  asked: Asked,
  plan: Exclude<Plan, { kind: 'Teardown' }>,
): Promise<Acted> {
  const repository = foundIn(asked.repository);
  if (!repository) return {};
  if (plan.kind === 'Converge') return converge(deps, asked, repository, plan.design);
  if (plan.kind === 'Hold') await renewMaterials(deps, asked, repository, plan.design);
  return {};
}
