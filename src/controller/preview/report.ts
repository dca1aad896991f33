import { foundIn } from './ask.ts';
import type { PreviewStatus } from '../../model/preview.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Acted } from './converge.ts';
import type { PreviewDeps } from './deps.ts';

/** What the status says of a preview that stays. */
export function statusOf(
  deps: PreviewDeps,
  { preview, repository, observed, now }: Asked,
  plan: Plan,
  { trouble, contested = [] }: Acted,
): PreviewStatus {
  // A design that could not be applied replaces nothing: what runs is still the one before.
  const held = plan.kind === 'Hold' || trouble !== undefined;
  const wanted = 'design' in plan && { design: plan.design, held, contested };
  return deps.status({
    preview,
    plan,
    observed,
    seen: wanted ? deps.backend.look(observed.live, wanted) : undefined,
    repository: foundIn(repository),
    trouble: trouble?.said,
    now,
  });
}
