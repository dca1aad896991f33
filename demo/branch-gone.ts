import type { ReadyBranch } from './branch-ready.ts';
import { names } from './manifests.ts';
import { showContent } from './slack/show.ts';
import type { SlackMessage } from './slack/message.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Deletes the branch; gives the seconds until Preview and namespace answer 404 and Slack says Removed. */
export async function branchGone(
  world: World,
  { branch, namespace }: ReadyBranch,
  limitSeconds: number,
): Promise<number> {
  const { steps, narrator, clone, tracker, kube } = world;
  const preview = tracker.preview(branch)?.metadata.name;
  if (preview === undefined) throw new Error(`${branch} has no Preview to remove`);
  const paths = [
    `/apis/offshoot.dev/v1alpha1/namespaces/${names.namespace}/previews/${preview}`,
    `/api/v1/namespaces/${namespace}`,
  ];
  const began = performance.now();
  narrator.pushing(branch, began);
  return steps.step(`${branch} deleted, and gone`, limitSeconds, async (signal) => {
    await clone.delete(branch);
    await until(
      'Preview and namespace to be gone, and Slack to say so',
      async () => {
        for (const path of paths) {
          const { status } = await kube.get(path);
          if (status !== 404) return { yet: `${path} answers ${status}` };
        }
        const message = slackMessage(world, branch);
        const said = message === undefined ? 'nothing' : showContent(message.content);
        return /\bremoved\b/i.test(said) ? { done: true } : { yet: `Slack says: ${said}` };
      },
      { signal, everyMs: 100 },
    );
    return (performance.now() - began) / 1000;
  });
}

/** The latest message that is about this branch. */
export function slackMessage({ slack }: World, branch: string): SlackMessage | undefined {
  return slack.messages(names.channel).findLast(({ content }) => showContent(content).includes(branch));
}
