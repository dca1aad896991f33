import { stampsOf } from '../../backends/shared/stamp.ts';
import type { PreviewStatus } from '../../model/preview.ts';
import type { KubeObject } from '../../model/object.ts';
import type { PodSummary } from '../../observe/api.ts';
import type { Plan } from '../../plan/api.ts';
import type { Asked } from './ask.ts';
import type { Acted } from './converge.ts';
import type { PreviewDeps } from './deps.ts';
import { foundIn } from './ask.ts';

/** What the status says of a preview that stays. */
export function statusOf(
  deps: PreviewDeps,
  { preview, repository, observed, now }: Asked,
  plan: Plan,
  { trouble, contested = [] }: Acted,
): PreviewStatus {
  const pods =
    plan.kind === 'Converge'
      ? withStalePodsGone(observed.pods, deps.backend.render(plan.design))
      : observed.pods;
  return deps.status({
    preview,
    plan,
    observed: { ...observed, pods },
    repository: foundIn(repository),
    trouble: trouble?.said,
    contested,
    now,
  });
}

/** A pod of a template that is no more is as good as gone. */
const withStalePodsGone = (pods: readonly PodSummary[], rendered: readonly KubeObject[]) => {
  const stamps = stampsOf(rendered);
  return pods.map((pod) => ({ ...pod, deleting: pod.deleting || pod.template !== stamps.get(pod.part) }));
};
