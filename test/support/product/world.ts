import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { list } from '../../../demo/kubectl.ts';
import { startSlack, type Slack } from '../../../demo/slack/slack.ts';
import { findCondition } from '../../../src/model/conditions.ts';
import type { DagRepository } from '../../../src/model/dag-repository.ts';
import { kinds } from '../../../src/model/kinds.ts';
import type { KubeObject } from '../../../src/model/object.ts';
import { previewName } from '../../../src/model/names.ts';
import type { Preview } from '../../../src/model/preview.ts';
import { aCluster, type ProductCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { GitHost } from './git-host.ts';
import { aDagRepository, aNamespace, CHANNEL, READER, secretsIn, SLACK_TOKEN } from './manifests.ts';
import { startOffshoot, type Offshoot } from './offshoot.ts';
import { statusOf, tell, type Told } from './webhooks.ts';

export interface WorldOptions {
  /** More of the DagRepository's spec. */
  readonly spec?: Record<string, unknown>;
  /** Whether the repository asks for credentials. */
  readonly privately?: boolean;
  /** More flags of `offshoot serve`. */
  readonly flags?: readonly string[];
  /** The cluster's IP family; 4, if not given. */
  readonly family?: 4 | 6;
}

/** A cluster with Offshoot in it, a git repository, a stand-in for Slack: all that a branch's life needs but a kubelet. */
export class World {
  static readonly namespace = 'team';
  readonly cluster: ProductCluster;
  readonly git: GitHost;
  readonly slack: Slack;
  /** Between Offshoot and the API server, always; it lets everything pass until told otherwise. */
  readonly proxy: FaultProxy;
  offshoot: Offshoot;
  readonly flags: readonly string[];

  private constructor(parts: Pick<World, 'cluster' | 'git' | 'slack' | 'proxy' | 'offshoot' | 'flags'>) {
    this.cluster = parts.cluster;
    this.git = parts.git;
    this.slack = parts.slack;
    this.proxy = parts.proxy;
    this.offshoot = parts.offshoot;
    this.flags = parts.flags;
  }

  static async start(
    name: string,
    { spec, privately = false, flags = [], family }: WorldOptions = {},
  ): Promise<World> {
    const cluster = await aCluster(name, family);
    const { kubectl, folder } = cluster;
    await kubectl(['apply', '-f', '-'], list([aNamespace(World.namespace), ...secretsIn(World.namespace)]));
    const git = await GitHost.start(folder, privately ? [READER] : undefined);
    const slack = await startSlack({ token: SLACK_TOKEN, channels: new Map([[CHANNEL, 'dags']]) });
    const proxy = await startFaultProxy(cluster.identity, folder);
    const { kubeconfig } = proxy;
    const offshoot = await startOffshoot({ kubeconfig, slackApiUrl: slack.apiUrl, flags });
    const world = new World({ cluster, git, slack, proxy, offshoot, flags });
    await cluster.admin.create(
      aDagRepository({ namespace: World.namespace, gitUrl: git.url, ...(spec && { spec }) }),
    );
    await world.repositoryIsReady();
    // It is Kubernetes that makes the pod, in its own time: from here on nothing changes by itself.
    await eventually(async () => expect(await world.schemaPods()).toHaveLength(1));
    return world;
  }

  /** Kills what runs, starts anew; perhaps with other flags. */
  async restart(...flags: string[]): Promise<void> {
    await this.offshoot.kill();
    this.offshoot = await startOffshoot({
      kubeconfig: this.proxy.kubeconfig,
      slackApiUrl: this.slack.apiUrl,
      flags: [...this.flags, ...flags],
    });
  }

  get admin() {
    return this.cluster.admin;
  }

  route(repository = 'dags'): string {
    return `${this.offshoot.webhooks}/webhooks/github/${World.namespace}/${repository}`;
  }

  /** Tells Offshoot what happened, truly or not, and sees that it took it. */
  async tell(told: Told): Promise<void> {
    const deliveries = await tell(this.route(), told);
    expect(deliveries.map(statusOf)).toEqual(deliveries.map(() => 202));
  }

  /** A push of new branches, and its webhooks. */
  async push(...branches: string[]): Promise<string[]> {
    const heads = await this.git.push(...branches);
    await Promise.all(
      branches.map((branch, at) => this.tell({ ref: `refs/heads/${branch}`, after: heads[at]! })),
    );
    return heads;
  }

  async delete(...branches: string[]): Promise<void> {
    await this.git.remove(...branches);
    await Promise.all(
      branches.map((branch) => this.tell({ ref: `refs/heads/${branch}`, before: 'a'.repeat(40) })),
    );
  }

  /** Of the branch's Preview and of its namespace alike. */
  nameOf(branch: string, repository = 'dags'): string {
    return previewName(World.namespace, repository, branch);
  }

  preview(branch: string, name = this.nameOf(branch)): Promise<Preview | undefined> {
    return this.admin.get<Preview>({ kind: kinds.Preview, namespace: World.namespace, name });
  }

  previews = async (): Promise<Preview[]> =>
    (await this.admin.list<Preview>(kinds.Preview, { namespace: World.namespace })).items;

  /** The pods of the Job that makes the schema for new databases; without a kubelet they never run. */
  async schemaPods(): Promise<KubeObject[]> {
    const where = { namespace: World.namespace, labelSelector: 'offshoot.dev/schema' };
    return (await this.admin.list(kinds.Pod, where)).items;
  }

  namespaceOf(branch: string) {
    return this.admin.get({ kind: kinds.Namespace, name: this.nameOf(branch) });
  }

  /** Everything is made, so far as it can be without a kubelet: database and Airflow wait for their pods to run. */
  async isMade(branch: string, name?: string): Promise<Preview> {
    return eventually(async () => {
      const preview = await this.preview(branch, name);
      const ready = findCondition(preview?.status?.conditions, 'Ready');
      expect(ready, `${branch}: ${JSON.stringify(ready)}`).toMatchObject({ reason: 'DatabaseStarting' });
      return preview!;
    });
  }

  async isGone(...branches: string[]): Promise<void> {
    await eventually(async () => {
      for (const branch of branches) {
        expect(await this.preview(branch), `the Preview of ${branch}`).toBeUndefined();
        expect(await this.namespaceOf(branch), `the namespace of ${branch}`).toBeUndefined();
      }
    }, 60);
  }

  /** The Ready condition of a Preview or DagRepository. */
  async repositoryIsReady(name = 'dags'): Promise<DagRepository> {
    return eventually(async () => {
      const repository = await this.repository(name);
      expect(findCondition(repository?.status?.conditions, 'Ready')).toMatchObject({ status: 'True' });
      return repository!;
    });
  }

  repository(name = 'dags'): Promise<DagRepository | undefined> {
    return this.admin.get<DagRepository>({ kind: kinds.DagRepository, namespace: World.namespace, name });
  }

  async stop(): Promise<void> {
    await this.offshoot.kill();
    await Promise.all([this.git.stop(), this.slack.stop(), this.proxy.stop()]);
    await this.cluster.down();
  }
}

/** A world for all tests of a file. A test that fails shows the end of Offshoot's log. */
export function aWorld(name: string, options?: WorldOptions): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await World.start(name, options);
  });
  afterAll(() => world?.stop());
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return;
    console.error(
      world?.offshoot.log
        .slice(-40)
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
  });
  return () => world!;
}
