import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DagClone } from './dag-clone.ts';
import type { Delivery } from './git-server/deliver.ts';
import { startGitServer } from './git-server/git-server.ts';
import { list } from './kubectl.ts';
import { dagRepositoryManifest, names, type Tokens } from './manifests.ts';
import { MemorySampler } from './memory-sampler.ts';
import { startOffshoot } from './offshoot-process.ts';
import { openKube } from './oracle/kube-client.ts';
import { chooseOffshootPorts } from './ports.ts';
import { PreviewTracker } from './preview-tracker.ts';
import { install } from './install.ts';
import { removeRepositories, setUpCluster } from './set-up-cluster.ts';
import { startSlack } from './slack/slack.ts';
import { until } from './until.ts';
import { logFileIn, type Stage, type World } from './world.ts';

/** Everything up to the first push: cluster, Offshoot under its own identity, code host, chat, clone, DagRepository. */
export async function setUp(stage: Stage, options: { keep: boolean }): Promise<World> {
  const { steps, narrator, undo, signal, folder } = stage;
  const cluster = await setUpCluster(stage, options);
  const { sandbox, kubectl, stays } = cluster;
  const tokens: Tokens = {
    read: { user: 'offshoot', token: token() },
    webhook: token(),
    slack: `xoxb-${token()}`,
  };
  await install(stage, cluster, tokens);

  const slack = await startSlack({
    token: tokens.slack,
    channels: new Map([[names.channel, names.channelName]]),
    onMessage: narrator.message,
  });
  undo.add('stopping the stand-in for Slack', slack.stop);
  const ports = await chooseOffshootPorts(sandbox.hostAddress!);
  const offshoot = await steps.step('Offshoot started', 60, async (limit) => {
    const started = await startOffshoot({
      kubeconfig: await sandbox.issueKubeconfig(names.identity),
      hostAddress: sandbox.hostAddress!,
      ports,
      slackApiUrl: slack.apiUrl,
      logFile: logFileIn(folder),
      recordFile: join(stage.stateFolder, 'offshoot.json'),
      onEnd: narrator.say,
    });
    undo.add('stopping Offshoot', started.stop);
    await started.ready(limit);
    return started;
  });
  const follow = new AbortController();
  const kube = await openKube(sandbox.kubeconfig);
  const tracker = new PreviewTracker(narrator.happening);
  const memory = new MemorySampler();
  undo.add('closing our watches', async () => {
    follow.abort();
    kube.close();
  });
  void tracker.follow(kube, names.namespace, follow.signal);
  void memory.follow(offshoot.pid, follow.signal);

  const deliveries: Delivery[] = [];
  const { git, clone } = await steps.step(
    'a private DAG repository on a git server with webhooks',
    60,
    async () => {
      // What a demo that was killed left behind goes first: its git server is no more.
      await removeRepositories(kubectl);
      const write = { user: 'dana', token: token() };
      const served = join(folder, 'served');
      await mkdir(served);
      const server = await startGitServer({
        folder: served,
        host: sandbox.hostAddress!,
        repository: { owner: 'acme', name: names.repository, id: 4711 },
        accounts: [
          { ...write, may: 'write' },
          { ...tokens.read, may: 'read' },
        ],
        onDelivery: (delivery) => {
          deliveries.push(delivery);
          narrator.delivery(delivery);
        },
        onError: (error) => narrator.detail(`git server: ${String(error)}`),
      });
      undo.add('stopping the git server', server.stop);
      if (stays) undo.add('removing the previews', () => removeRepositories(kubectl), 250);
      const made = await DagClone.create({ folder, cloneUrl: server.cloneUrl, ...write });
      const urlBase = `http://localhost:${ports.gateway}`;
      await kubectl(
        ['apply', '--filename', '-'],
        list([dagRepositoryManifest({ gitUrl: server.cloneUrl, urlBase })]),
      );
      server.addWebhook({
        url: `http://${sandbox.hostAddress}:${ports.webhook}/webhooks/github/${names.namespace}/${names.repository}`,
        secret: tokens.webhook,
      });
      return { git: server, clone: made };
    },
  );

  await steps.step('the DagRepository is Ready', 60, (limit) =>
    until(
      'the DagRepository to be Ready',
      async () => {
        const path = `/apis/offshoot.dev/v1alpha1/namespaces/${names.namespace}/dagrepositories/${names.repository}`;
        const { body } = await kube.get(path);
        const conditions = (
          body as { status?: { conditions?: { type: string; status: string; message: string }[] } }
        ).status?.conditions;
        const ready = conditions?.find(({ type }) => type === 'Ready');
        return ready?.status === 'True' ? { done: true } : { yet: ready?.message ?? 'no condition Ready' };
      },
      { signal: limit },
    ),
  );
  return {
    ...stage,
    signal,
    sandbox,
    kube,
    kubectl,
    slack,
    git,
    clone,
    offshoot,
    tracker,
    memory,
    deliveries,
  };
}

function token(): string {
  return randomBytes(20).toString('hex');
}
