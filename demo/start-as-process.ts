import { join } from 'node:path';
import { install, FILES } from './install.ts';
import { list } from './kubectl.ts';
import { bindingManifest, names } from './manifests.ts';
import { startOffshoot } from './offshoot-process.ts';
import type { StartOffshoot } from './offshoot.ts';
import { chooseOffshootPorts } from './ports.ts';
import { logFileIn } from './world.ts';

/** Offshoot as a process of this machine, under a user of its own: what a developer does. */
export const startAsProcess: StartOffshoot = async (stage, cluster, { tokens, slackApiUrl }) => {
  const { steps, undo, narrator, folder, stateFolder } = stage;
  const { sandbox, kubectl } = cluster;
  await steps.step("Offshoot's kinds, rights and secrets applied", 60, () =>
    install(stage, cluster, tokens, async () => {
      // One that a killed demo left as a pod would undo the work of ours.
      const asPod = ['deployments', `--namespace=${names.namespace}`, '--selector=helm.sh/chart'];
      await kubectl(['delete', ...asPod, '--wait']);
      await kubectl(['apply', ...FILES]);
      await kubectl(['apply', '--filename', '-'], list([bindingManifest()]));
    }),
  );
  const host = sandbox.hostAddress!;
  const ports = await chooseOffshootPorts(host);
  const { pid } = await steps.step('Offshoot started', 60, async (limit) => {
    const started = await startOffshoot({
      kubeconfig: await sandbox.issueKubeconfig(names.identity),
      hostAddress: host,
      ports,
      slackApiUrl,
      logFile: logFileIn(folder),
      recordFile: join(stateFolder, 'offshoot.json'),
      onEnd: narrator.say,
    });
    undo.add('stopping Offshoot', started.stop);
    await started.ready(limit);
    return started;
  });
  return {
    pid,
    identity: names.identity,
    webhooks: `http://${host}:${ports.webhook}`,
    gateway: `http://localhost:${ports.gateway}`,
  };
};
