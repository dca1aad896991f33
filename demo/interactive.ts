import { dirname } from 'node:path';
import colors from 'picocolors';
import { slackMessage } from './branch-gone.ts';
import { branchReady } from './branch-ready.ts';
import { names } from './manifests.ts';
import { showContent } from './slack/show.ts';
import { logFileIn, type World } from './world.ts';

const BRANCH = 'feature/hardy';

/** Tells the story of one push, shows where to go on, and stays until it is interrupted. */
export async function interactive(world: World): Promise<void> {
  const { narrator, clone, cluster, folder, signal } = world;
  const ready = await branchReady(world, BRANCH, 300);
  const message = slackMessage(world, BRANCH);
  narrator.say(
    [
      '',
      `${colors.bold(BRANCH)} has its own Airflow, ${ready.seconds.toFixed(1)} s after git push:`,
      `    ${colors.underline(colors.cyan(`${ready.airflow.url}/`))}`,
      '',
      `The message in Slack, #${names.channelName}:`,
      ...indented(message === undefined ? '(nothing yet)' : showContent(message.content), '  ┃ '),
      '',
      'Try next, in another terminal:',
      `    cd '${clone.folder}'`,
      ...tries.map(([what, command]) => `    ${colors.dim(`# ${what}`)}\n    ${command}`),
      '',
      'Look inside:',
      `    export KUBECONFIG='${cluster.kubeconfig}'${cluster.sandbox ? ` PATH='${dirname(cluster.program)}':"$PATH"` : ''}`,
      `    kubectl get previews --namespace ${names.namespace}`,
      `    tail -f '${logFileIn(folder)}'`,
      '',
      'Events are shown here as they happen. Press Ctrl-C to remove everything.',
      '',
    ].join('\n'),
  );
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

const tries: readonly (readonly [string, string])[] = [
  [
    'push a change',
    `sed -i 's/Hello from/Greetings from/' dags/hello.py && git commit --all --message 'Greet otherwise' && git push`,
  ],
  ['another branch, another Airflow', 'git switch --create feature/mine main && git push'],
  ['delete it', `git push origin --delete ${BRANCH}`],
];

function indented(text: string, margin: string): readonly string[] {
  return text.split('\n').map((line) => `    ${margin}${line}`);
}
