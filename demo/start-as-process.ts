import { join } from 'node:path';
import { install, FILES, OUTSIDE } from './install.ts';
import { list } from './kubectl.ts';
import { accountManifest, bindingManifest, names, roles } from './manifests.ts';
import { startOffshoot } from './offshoot-process.ts';
import type { StartOffshoot } from './offshoot.ts';
import { chooseOffshootPorts } from './ports.ts';
import { logFileIn } from './world.ts';

/** Offshoot as a process of this machine, under a user of its own: what a developer does. */
export const startAsProcess: StartOffshoot = async (stage, cluster, { tokens, slackApiUrl }) => {
  const { steps, undo, narrator, folder, stateFolder } = stage;
  const { kubectl, subject, reach, shared, hostAddress, listenAddress } = cluster;
  const outside = reach === 'port-forward';
  await steps.step("Offshoot's kinds, rights and secrets applied", 60, () =>
    install(stage, cluster, tokens, async () => {
      // One that a killed demo left as a pod would undo the work of ours.
      const asPod = ['deployments', `--namespace=${names.namespace}`, '--selector=helm.sh/chart'];
      await kubectl(['delete', ...asPod, '--wait']);
      await kubectl(['apply', ...FILES, ...(outside ? OUTSIDE : [])]);
      const bound = [roles.own, ...(outside ? [roles.outside] : [])];
      const account = shared ? [accountManifest()] : [];
      const bindings = bound.map((role) => bindingManifest(role, subject));
      await kubectl(['apply', '--filename', '-'], list([...account, ...bindings]));
    }),
  );
  const ports = await chooseOffshootPorts(listenAddress);
  const { pid } = await steps.step('Offshoot started', 60, async (limit) => {
    const started = await startOffshoot({
      kubeconfig: await cluster.identity(),
      hostAddress,
      listenAddress,
      reach,
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
    webhooks: `http://${hostAddress}:${ports.webhook}`,
    gateway: `http://localhost:${ports.gateway}`,
  };
};
