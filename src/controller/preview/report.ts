import { foundIn } from './ask.ts';
import type { Explanation } from '../../model/explanation.ts';
import type { Preview, PreviewStatus } from '../../model/preview.ts';
import type { Observed } from '../../observe/api.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Acted } from './converge.ts';
import type { PreviewDeps } from './deps.ts';

/** What the status says of a preview that stays. */
export function statusOf(
  deps: PreviewDeps,
  { preview, repository, observed, now }: Asked,
  plan: Plan,
  { failed, contested = [] }: Acted,
  trouble: Explanation | undefined,
): PreviewStatus {
  // A design that could not be applied replaces nothing: what runs is still the one before.
  const held = plan.kind === 'Hold' || failed !== undefined;
  const wanted = 'design' in plan && { design: plan.design, held, contested };
  return deps.status({
    preview,
    plan,
    observed,
    seen: wanted ? deps.backend.look(observed.live, wanted) : undefined,
    repository: foundIn(repository),
    failed: failed !== undefined,
    trouble,
    now,
  });
}

/** Of what nobody has seen nothing is claimed, least of all that it works. */
export function statusInTheDark(deps: PreviewDeps, preview: Preview, trouble: Explanation): PreviewStatus {
  const now = deps.now();
  const plan: Plan = { kind: 'Wait', ...trouble };
  return deps.status({
    preview,
    plan,
    observed: nothing(now),
    seen: undefined,
    repository: undefined,
    trouble: undefined,
    now,
  });
}

const nothing = (at: Date): Observed => ({
  namespace: { state: 'unread' },
  live: { at, objects: new Map(), pods: [], warnings: [] },
  serving: false,
  airflow: undefined,
  importErrors: undefined,
  network: { allowed: [], apiServer: [], dns: [], offshoot: undefined },
  checkout: undefined,
  mintsCredentials: false,
  unread: undefined,
});
