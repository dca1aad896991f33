import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterChoice } from './cluster.ts';
import { DagClone } from './dag-clone.ts';
import { startInCluster } from './in-cluster/start-in-cluster.ts';
import type { Delivery } from './git-server/deliver.ts';
import { startGitServer } from './git-server/git-server.ts';
import { list } from './kubectl.ts';
import { dagRepositoryManifest, names, type Tokens } from './manifests.ts';
import { MemorySampler } from './memory-sampler.ts';
import { openKube } from './oracle/kube-client.ts';
import { PreviewTracker } from './preview-tracker.ts';
import { removeRepositories, setUpCluster } from './set-up-cluster.ts';
import { startAsProcess } from './start-as-process.ts';
import { startSlack } from './slack/slack.ts';
import { until, type Look } from './until.ts';
import type { Stage, World } from './world.ts';

export interface SetUpOptions extends ClusterChoice {
  /** Offshoot as a pod that its chart makes, instead of as a process of this machine. */
  readonly inCluster?: boolean;
}

/** Everything up to the first push: cluster, Offshoot under its own identity, code host, chat, clone, DagRepository. */
export async function setUp(stage: Stage, options: SetUpOptions): Promise<World> {
  const { steps, narrator, undo, signal, folder } = stage;
  const cluster = await setUpCluster(stage, options);
  const { kubectl, stays, hostAddress, listenAddress } = cluster;
  const tokens: Tokens = {
    read: { user: 'offshoot', token: token() },
    webhook: token(),
    slack: `xoxb-${token()}`,
  };
  const slack = await startSlack({
    token: tokens.slack,
    channels: new Map([[names.channel, names.channelName]]),
    // Pods reach this machine under another address than its own programs do.
    ...(options.inCluster && { host: listenAddress }),
    onMessage: narrator.message,
  });
  undo.add('stopping the stand-in for Slack', slack.stop);
  const start = options.inCluster ? startInCluster : startAsProcess;
  const offshoot = await start(stage, cluster, { tokens, slackApiUrl: slack.apiUrl });
  const follow = new AbortController();
  const kube = await openKube(cluster.kubeconfig);
  const tracker = new PreviewTracker(narrator.happening);
  const memory = new MemorySampler();
  undo.add('closing the watches', async () => {
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
        host: listenAddress,
        publicHost: hostAddress,
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
      await kubectl(
        ['apply', '--filename', '-'],
        list([dagRepositoryManifest({ gitUrl: server.cloneUrl, urlBase: offshoot.gateway })]),
      );
      server.addWebhook({
        url: `${offshoot.webhooks}/webhooks/github/${names.namespace}/${names.repository}`,
        secret: tokens.webhook,
      });
      return { git: server, clone: made };
    },
  );

  for (const [type, phrase, seconds] of [
    ['Ready', 'the DagRepository is Ready', 60],
    // Once per image; a branch pushed before would be served too, a few seconds slower.
    ['SchemaDumped', 'the schema of its Airflow image is ready for new databases', 180],
  ] as const) {
    await steps.step(phrase, seconds, (limit) =>
      until(phrase, async () => holds(await kube.get(REPOSITORY), type), { signal: limit }),
    );
  }
  return {
    ...stage,
    signal,
    cluster,
    get sandbox() {
      if (cluster.sandbox) return cluster.sandbox;
      throw new Error('this cluster is not a sandbox');
    },
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

const REPOSITORY = `/apis/offshoot.dev/v1alpha1/namespaces/${names.namespace}/dagrepositories/${names.repository}`;

function holds({ body }: { body: unknown }, type: string): Look<true> {
  const { status } = body as {
    status?: { conditions?: { type: string; status: string; message: string }[] };
  };
  const condition = status?.conditions?.find((one) => one.type === type);
  return condition?.status === 'True'
    ? { done: true }
    : { yet: condition?.message ?? `no condition ${type}` };
}

function token(): string {
  return randomBytes(20).toString('hex');
}
