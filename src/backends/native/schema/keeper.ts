import { annotation, label, owner } from '../../../model/labels.ts';
import { kinds } from '../../../model/kinds.ts';
import { codeOf, Problem, textOf } from '../../../model/problem.ts';
import { newestDigest } from './digests.ts';
import { dumpConfigMap, readDump } from './dump.ts';
import { DUMP, schemaJob } from './job.ts';
import { failureOf, finished, podsOf } from './outcome.ts';
import { recipeOf } from './recipe.ts';
import type { Cache, Cluster, Kind } from '../../../cluster/api.ts';
import type { DagRepository } from '../../../model/dag-repository.ts';
import type { KubeObject } from '../../../model/object.ts';
import type { Design } from '../../../plan/api.ts';
import type { Prepared } from '../../api.ts';
import type { Dialect } from '../../../airflow/api.ts';
import type { Recipe } from './recipe.ts';

const WHILE_MAKING_MS = 1_000;
const AFTER_FAILURE_MS = 60_000;
/** Digests of one tag that a dump has been made or asked for; nodes that keep different ones must not have it made in turns. */
const KNOWN_DIGESTS = 8;

/**
 * Keeps, beside each DagRepository, a dump of the schema that its Airflow image makes. It is a help and nothing more: a preview
 * that starts without it, or with one that no longer fits, lets Airflow migrate.
 */
export function createSchemaKeeper(
  cluster: Pick<Cluster, 'get' | 'list' | 'create' | 'delete' | 'raw'>,
  dumps: Cache<KubeObject>,
  dialectOf: (version: string) => Dialect,
  userIds: Design['userIds'],
) {
  async function step(repository: DagRepository, pods: readonly KubeObject[]): Promise<Prepared> {
    const { namespace = '', uid = '' } = repository.metadata;
    const { airflow } = repository.spec;
    const recipe = recipeOf(repository.metadata.name, repository.spec, dialectOf(airflow.version));
    const { name } = recipe;
    const others = ({ metadata }: KubeObject) => metadata.namespace === namespace && metadata.name !== name;
    await Promise.all(dumps.labelled(label.schema, uid).filter(others).map(remove(kinds.ConfigMap)));
    const dump = dumps.get({ namespace, name });
    const known = digestsOf(dump);
    const asked = newestDigest(pods, airflow.image);
    if (dump && (!asked || known.includes(asked))) return DUMPED;
    if (dump) await remove(kinds.ConfigMap)(dump);

    // One of an image that nobody wants any more, and that perhaps never can be pulled, would hold its pod until its deadline.
    const selection = { namespace, labelSelector: `${label.schema}=${uid}` };
    const { items: jobs } = await cluster.list<KubeObject>(kinds.Job, selection);
    await Promise.all(jobs.filter(others).map(remove(kinds.Job)));
    const job = jobs.find(({ metadata }) => metadata.name === name);
    if (job?.metadata.deletionTimestamp) return DUMPING;
    if (job && finished(job) === 'Complete') return collect(repository, recipe, job);
    if (job && finished(job) === 'Failed') return failed(await failureOf(cluster, job));
    if (!job) await begin(repository, recipe, asked ? [asked, ...known] : known);
    return DUMPING;
  }

  async function begin(repository: DagRepository, recipe: Recipe, known: string[]) {
    const job = schemaJob(
      repository,
      recipe,
      {
        [annotation.digests]: known.slice(0, KNOWN_DIGESTS).join(' '),
      },
      userIds,
    );
    const { namespace = '', name } = job.metadata;
    // Only now is it worth a request: our cache may not have heard of a dump that we wrote a moment ago.
    const live = await cluster.get({ kind: kinds.ConfigMap, namespace, name });
    if (live && !ours(live, repository.metadata.uid)) throw stranger('ConfigMap', name);
    if (live) return;
    await cluster.create(job, { fieldManager: owner.controller }).catch((error: unknown) => {
      throw codeOf(error) === 'AlreadyExists' ? stranger('Job', name) : error;
    });
  }

  async function collect(repository: DagRepository, recipe: Recipe, job: KubeObject): Promise<Prepared> {
    const { namespace = '', name } = job.metadata;
    const pod = (await podsOf(cluster, job)).find(({ status }) => status?.phase === 'Succeeded');
    if (!pod) throw new Problem('SchemaDumpFailed', `The pod of Job ${name} is gone, and its log with it.`);
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/log?container=${DUMP}&limitBytes=2000000`;
    const dump = readDump(String(await cluster.raw('GET', path)));
    const digest = newestDigest([pod], recipe.airflowImage) ?? '';
    const digests = [...new Set([digest, ...digestsOf(job)])].slice(0, KNOWN_DIGESTS);
    const configMap = dumpConfigMap(repository, recipe, dump, { [annotation.digests]: digests.join(' ') });
    await cluster.create(configMap, { fieldManager: owner.controller }).catch((error: unknown) => {
      if (codeOf(error) !== 'AlreadyExists') throw error; // the next look says whose it is
    });
    await remove(kinds.Job)(job);
    return DUMPED;
  }

  const remove =
    (kind: Kind) =>
    async ({ metadata: { name, namespace = '', uid = '' } }: KubeObject) =>
      void (await cluster.delete({ kind, namespace, name }, { uid, propagationPolicy: 'Background' }));

  return {
    /** Takes the next step; a failure comes back as a value, since nothing waits for the dump. */
    prepare: (repository: DagRepository, pods: readonly KubeObject[]): Promise<Prepared> =>
      step(repository, pods).catch((error: unknown) => failed(textOf(error))),
    /** The dump that fits this preview, if there is one by now. */
    dumpFor(design: Design): KubeObject | undefined {
      const { name } = recipeOf(design.repository, design, dialectOf(design.airflow.version));
      return dumps.get({ namespace: design.repositoryNamespace, name });
    },
  };
}

const ours = ({ metadata }: KubeObject, uid: string | undefined) =>
  uid !== undefined && metadata.labels?.[label.schema] === uid;

const digestsOf = (object: KubeObject | undefined) =>
  (object?.metadata.annotations?.[annotation.digests] ?? '').split(' ').filter(Boolean);

const stranger = (kind: string, name: string) =>
  new Problem(
    'SchemaDumpFailed',
    `${kind} ${name} exists and does not belong to Offshoot. It is not touched; delete it.`,
  );

const DUMPED: Prepared = {
  type: 'SchemaDumped',
  reason: 'SchemaDumped',
  message: 'Databases of new previews start with the schema of this Airflow image.',
  lookAgainMs: undefined,
};
const DUMPING: Prepared = {
  type: 'SchemaDumped',
  reason: 'SchemaDumping',
  message:
    'A Job is creating the schema of this Airflow image; until it is done, each preview creates its own.',
  lookAgainMs: WHILE_MAKING_MS,
};
const failed = (why: string): Prepared => ({
  type: 'SchemaDumped',
  reason: 'SchemaDumpFailed',
  message: `${why} Meanwhile each preview creates its own schema, which takes a few seconds longer.`,
  lookAgainMs: AFTER_FAILURE_MS,
});
