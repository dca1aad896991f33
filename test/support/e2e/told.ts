import { slackMessage } from '../../../demo/branch-gone.ts';
import { showContent } from '../../../demo/slack/show.ts';
import { until } from '../../../demo/until.ts';
import type { World } from '../../../demo/world.ts';
import { offshoot } from '../../cli/run-offshoot.ts';

/** Where people look, besides `kubectl get previews`. */
const places = {
  'offshoot ls': async ({ cluster }: World): Promise<string> =>
    (await offshoot(['ls', '--kubeconfig', cluster.kubeconfig]).ended).out,
  'the waiting page': async ({ tracker }: World, branch: string): Promise<string> => {
    const { url } = tracker.preview(branch)!.status!;
    const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
    return `${page.status}: ${await page.text()}`;
  },
  Slack: async (world: World, branch: string): Promise<string> => {
    const message = slackMessage(world, branch);
    return message === undefined ? 'nothing' : showContent(message.content);
  },
} as const;

/** Waits until these words about the branch stand in each of these places; Slack hears last. */
export async function isToldIn(
  world: World,
  branch: string,
  words: string,
  where: readonly (keyof typeof places)[],
  seconds = 15,
): Promise<void> {
  for (const place of where)
    await until(
      `${place} to say of ${branch} "${words}"`,
      async () => {
        const said = await places[place](world, branch);
        return said.includes(branch) && said.includes(words) ? { done: true } : { yet: said };
      },
      { signal: AbortSignal.timeout(seconds * 1000) },
    );
}
