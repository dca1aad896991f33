import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureHelm } from '../../sandbox/api.ts';
import { install } from '../install.ts';
import { names } from '../manifests.ts';
import type { StartOffshoot } from '../offshoot.ts';
import { stopRecorded } from '../offshoot-process.ts';
import { logFileIn } from '../world.ts';
import { helmFor } from './helm.ts';
import { pidOf } from './pid-of.ts';
import {
  followLog,
  keepLastWords,
  leaderPod,
  podIsGone,
  REPLICAS,
  restarts,
  type FollowedLog,
} from './pod.ts';

const CHART = join(import.meta.dirname, '..', '..', 'helm', 'offshoot');
/** The release, and with it what the chart names after it. */
const RELEASE = 'offshoot';

/** Offshoot from its own image, as the pods that its chart makes: what an administrator does. */
export const startInCluster: StartOffshoot = async (stage, cluster, { tokens, slackApiUrl }) => {
  const { steps, undo, narrator, stateFolder } = stage;
  const { sandbox, kubectl, kubeconfig } = cluster;
  if (sandbox === undefined) throw new Error("only the sandbox can build Offshoot's image");
  const logFile = logFileIn(stage.folder);
  const helm = await steps.step('Helm', 1800, async () =>
    helmFor(await ensureHelm(narrator.detail), kubeconfig, names.namespace),
  );
  const image = await steps.step("Offshoot's image, as its Dockerfile makes it", 1800, () =>
    sandbox.addOffshootImage(),
  );
  const log: { followed?: FollowedLog } = {};
  const uninstall = async (): Promise<void> => {
    await helm(['uninstall', RELEASE, '--wait', '--timeout=60s']);
    await podIsGone(kubectl);
    if (log.followed === undefined) return;
    await log.followed.end();
    const ended = (await readFile(logFile, 'utf8')).split('Offshoot has stopped').length - 1;
    if (ended < REPLICAS) throw new Error(`${ended} of ${REPLICAS} pods stopped gracefully`);
  };
  await steps.step('Offshoot installed by Helm, and ready', 180, () =>
    install(stage, cluster, tokens, async (nothingIsSomebodyElses) => {
      // What a demo that was killed left: a process, or a release that hangs half-way.
      await stopRecorded(join(stateFolder, 'offshoot.json'));
      await helm(['uninstall', RELEASE, '--ignore-not-found', '--wait', '--timeout=60s']);
      undo.add('uninstalling the chart', uninstall, 120);
      const adopt = nothingIsSomebodyElses ? ['--take-ownership'] : [];
      const command = ['upgrade', '--install', RELEASE, CHART, '--wait', '--timeout=120s', '--values=-'];
      await helm([...command, ...adopt], JSON.stringify(valuesFor(image, slackApiUrl))).catch(
        async (error: unknown) => {
          await keepLastWords(kubectl, logFile);
          throw error;
        },
      );
    }),
  );
  log.followed = followLog(cluster, logFile);
  undo.add('checking whether Offshoot was restarted', async () => {
    const times = await restarts(kubectl);
    if (times > 0) throw new Error(`its pods were restarted ${times} times`);
  });
  const { metadata } = await leaderPod(kubectl);
  const address = async (part: string): Promise<string> => {
    const path = 'jsonpath=http://{.spec.clusterIP}:{.spec.ports[0].port}';
    return kubectl([
      'get',
      'service',
      `${RELEASE}-${part}`,
      `--namespace=${names.namespace}`,
      `--output=${path}`,
    ]);
  };
  return {
    pid: await pidOf(metadata.uid),
    identity: `system:serviceaccount:${names.namespace}:${RELEASE}`,
    // The addresses of the Services: this machine is the cluster's node, and reaches them as pods do.
    webhooks: await address('webhooks'),
    gateway: await address('gateway'),
  };
};

function valuesFor(image: string, slackApiUrl: string): object {
  const tagAt = image.lastIndexOf(':');
  return {
    image: { repository: image.slice(0, tagAt), tag: image.slice(tagAt + 1), pullPolicy: 'Never' },
    extraEnv: [{ name: 'OFFSHOOT_SLACK_API_URL', value: slackApiUrl }],
  };
}
