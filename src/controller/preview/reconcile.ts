import { findCondition } from '../../model/conditions.ts';
import { stampsOf } from '../../backends/shared/stamp.ts';
import { monotonic } from '../../model/clock.ts';
import { readDagRepository } from '../../model/dag-repository.ts';
import { kinds } from '../../model/kinds.ts';
import { keyOf, keyText, parseKey } from '../../model/object.ts';
import { aboutPreview, namespaceOf, readPreview } from '../../model/preview.ts';
import { codeOf, Problem, textOf } from '../../model/problem.ts';
import { isWell, rowOf } from '../../model/reasons.ts';
import { isRefusal } from '../../model/refusal.ts';
import { withTemplate } from '../../model/template.ts';
import { serving } from '../../observe/serving.ts';
import { setFinalizer } from '../finalizer.ts';
import { confirmsTeardown } from './confirm-teardown.ts';
import { cloneCredentials, renewHeld } from './clone-credentials.ts';
import { done, requeueAfter } from '../../model/outcome.ts';
import { createRemovalPace } from './removal-pace.ts';
import type { Backend, Change, Removal } from '../../backends/api.ts';
import type { Contested } from '../../model/contested.ts';
import type { Cache, Cluster } from '../../cluster/api.ts';
import type { CodeHost } from '../../forges/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Preview, PreviewStatus } from '../../model/preview.ts';
import type { Reason } from '../../model/reasons.ts';
import type { Observed, PodSummary } from '../../observe/api.ts';
import type { Plan } from '../../plan/api.ts';
import type { PlanInput } from '../../plan/preview-plan.ts';
import type { StatusInput } from '../../status/preview-status.ts';
import type { Outcome } from '../../model/outcome.ts';

export interface PreviewDeps {
  cluster: Cluster;
  previews: Cache<KubeObject>;
  repositories: Cache<KubeObject>;
  observe(preview: Preview, repository: DagRepository | undefined, now: Date): Promise<Observed>;
  plan(input: Omit<PlanInput, 'settings'>): Plan;
  status(input: StatusInput): PreviewStatus;
  backend: Backend;
  /** Throws a Problem where spec or Secret name no code host that could be asked. */
  codeHost(repository: DagRepository): Promise<CodeHost>;
  /** What a DagRepository is rendered to. */
  rendering(repository: DagRepository): string;
  /** Tells git-sync of a new head without waiting for it; gives the ms after which to ask again, if it should be. */
  wakeGitSync(preview: Preview): number | undefined;
  /** Writes the status if it says anything new, and tells the story as an Event. */
  saveStatus(preview: Preview, status: PreviewStatus): Promise<void>;
  /** What is still to be said once the Preview is no more. */
  queueRemovalNotice(preview: Preview): Promise<void>;
  now(): Date;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** While Airflow is asked whether it is healthy yet. */
const WHILE_STARTING_MS = 500;
const WHILE_FAILING_MS = 5_000;
const WHILE_READY_MS = 20_000;
const WHILE_GONE_MS = 300_000;
const STARTING_FOR_MS = 180_000;
const LOOK_UP_MS = 2_000;
/** When a cache has to catch up with what the API server says. */
const AGAIN_MS = 1_000;
const AHEAD_MS = 5_000;

/** One preview: observe, plan, act, say. Whatever happened before, running this often enough gets it there. */
export function createPreviewReconciler(deps: PreviewDeps) {
  const pace = createRemovalPace(monotonic);
  return async (key: string): Promise<Outcome> => {
    const object = deps.previews.get(parseKey(key));
    if (!object) {
      pace.over(key);
      return done;
    }
    const read = readPreview(object);
    if (!read.ok && !canGo(object)) {
      deps.log.warn({ preview: key, why: read.message }, 'Preview cannot be read; it is left alone');
      return done;
    }
    const preview = read.ok ? read.preview : (object as Preview);
    const wakeAgainMs = deps.wakeGitSync(preview);
    const repository = granted(deps, preview, repositoryOf(deps, preview));
    const found = repository.state === 'found' ? repository.repository : undefined;
    const now = deps.now();
    const observed = await deps.observe(preview, found, now);
    const plan = deps.plan({ preview, repository, observed });
    if (plan.kind === 'Teardown') return teardown(deps, pace, preview, plan, observed);
    pace.over(key);
    const unsaidMs = notYetSaid(preview, plan, now);
    if (unsaidMs > 0) return requeueAfter(unsaidMs);

    const { trouble, contested = [] } =
      plan.kind === 'Converge' ? await converge(deps, preview, found, plan, observed) : {};
    if (plan.kind === 'Hold' && found) await renewHeld(deps, preview, found, plan.design, observed);
    const pods =
      plan.kind === 'Converge' ? upToDate(observed.pods, deps.backend.render(plan.design)) : observed.pods;
    const status = deps.status({
      preview,
      plan,
      observed: { ...observed, pods, contested },
      repository: found,
      trouble: trouble?.said,
      now,
    });
    await deps.saveStatus(preview, status);
    if (trouble) {
      deps.log.warn({ preview: key, why: textOf(trouble.error) }, 'not applied, retrying');
      return requeueAfter(WHILE_FAILING_MS);
    }
    // Nothing that is not ours is watched: whether it is still there has to be asked.
    if (plan.kind === 'Wait')
      return requeueAfter(rowOf(plan.reason).about === 'refusal' ? WHILE_FAILING_MS : WHILE_READY_MS);
    const mends = contested.flatMap(({ againInMs }) => againInMs || []);
    const look = nextLook(status, preview, observed, now);
    return requeueAfter(Math.min(look, wakeAgainMs ?? Infinity, ...mends));
  };
}

/** It is to go, and says well enough where its namespace would be: whatever else cannot be read must not keep it, finalizer and all. */
function canGo(object: KubeObject): boolean {
  const spec = object['spec'] as Partial<Preview['spec']> | undefined;
  const named = typeof spec?.branch === 'string' && typeof spec.repositoryRef?.name === 'string';
  return named && object.metadata.deletionTimestamp !== undefined;
}

function repositoryOf(deps: PreviewDeps, preview: Preview): PlanInput['repository'] {
  const { namespace = '' } = preview.metadata;
  const object = deps.repositories.get({ namespace, name: preview.spec.repositoryRef.name });
  if (!object) return { state: 'absent' };
  const read = readDagRepository(object);
  return read.ok
    ? { state: 'found', repository: read.repository }
    : { state: 'unreadable', message: read.message };
}

/** With the template that this Preview may run: its DagRepository may have changed, and its turn not come yet. */
function granted(
  deps: PreviewDeps,
  preview: Preview,
  found: PlanInput['repository'],
): PlanInput['repository'] {
  const { revision } = preview.status ?? {};
  if (found.state !== 'found') return found;
  const repository = revision && withTemplate(found.repository, revision.template);
  if (!repository || deps.rendering(repository) !== revision.rendering) return { ...found, held: true };
  return { state: 'found', repository };
}

/** Each begins with its branch being looked up. To say so is worth a write only if that takes long. */
function notYetSaid({ metadata, status }: Preview, plan: Plan, now: Date): number {
  if (status?.conditions || plan.kind !== 'Wait' || rowOf(plan.reason).kind !== 'beginning') return 0;
  const left = Date.parse(metadata.creationTimestamp ?? '') + LOOK_UP_MS - now.getTime();
  // Made in the future, by a clock that differs from ours or was set back: it would be said when that has come.
  return left > LOOK_UP_MS + AHEAD_MS ? 0 : left;
}

/** A pod of a template that is no more is as good as gone. */
const upToDate = (pods: readonly PodSummary[], rendered: readonly KubeObject[]) => {
  const stamps = stampsOf(rendered);
  return pods.map((pod) => ({ ...pod, deleting: pod.deleting || pod.template !== stamps.get(pod.part) }));
};

interface Converged {
  trouble?: { said: { reason: Reason; message: string }; error: unknown };
  contested?: Contested[];
}

async function converge(
  deps: PreviewDeps,
  preview: Preview,
  repository: DagRepository | undefined,
  { design }: Extract<Plan, { kind: 'Converge' }>,
  observed: Observed,
): Promise<Converged> {
  try {
    await setFinalizer(deps.cluster, preview, kinds.Preview, true);
    const credentials =
      repository && design.git.login !== 'none'
        ? await cloneCredentials(deps.codeHost, repository, observed, deps.now())
        : undefined;
    const changes = await deps.backend.apply(design, observed, credentials);
    const isContested = (one: Change) => one.change === 'contested';
    const done = changes.filter((one) => !isContested(one));
    if (done.length) deps.log.info({ ...aboutPreview(preview), changes: done }, 'applied');
    return { contested: changes.filter(isContested) };
  } catch (error) {
    const code = codeOf(error);
    const stands = (reason: Reason, message: string) => ({ trouble: { said: { reason, message }, error } });
    if (error instanceof Problem) return stands(error.reason, error.message);
    if (code === 'NotOurs')
      return stands('NamespaceTaken', `${textOf(error)} It is left alone; rename or delete it.`);
    if (isRefusal(error)) return stands('Refused', textOf(error));
    throw error;
  }
}

async function teardown(
  deps: PreviewDeps,
  pace: ReturnType<typeof createRemovalPace>,
  preview: Preview,
  plan: Extract<Plan, { kind: 'Teardown' }>,
  observed: Observed,
): Promise<Outcome> {
  const key = keyText(keyOf(preview));
  const begins = observed.namespace.state === 'ours' ? plan.keep : undefined;
  if (begins && !(await confirmsTeardown(deps.cluster, preview, begins.reason)))
    return requeueAfter(AGAIN_MS);
  const removal = await deps.backend.remove(namespaceOf(preview), preview.metadata.uid ?? '');
  const say = async (trouble: StatusInput['trouble']) =>
    deps.saveStatus(
      preview,
      deps.status({ preview, plan, observed, repository: undefined, trouble, now: deps.now() }),
    );
  if (removal.state === 'gone') {
    pace.over(key);
    if (!plan.keep) return release(deps, preview);
    await say(undefined);
    return requeueAfter(WHILE_GONE_MS);
  }
  const { againInMs, said } = pace.wait(key, removal.waitingFor);
  const trouble = holdingUp(removal, plan, said);
  // What it waits for may change at every look; what was said of it last stands until something has lasted.
  const before = findCondition(preview.status?.conditions, 'Ready');
  const stands =
    before?.reason === trouble.reason && before.observedGeneration === preview.metadata.generation;
  if (said || !stands) await say(trouble);
  return requeueAfter(againInMs);
}

function holdingUp(
  { stuck, waitingFor }: Extract<Removal, { state: 'going' }>,
  { keep }: Extract<Plan, { kind: 'Teardown' }>,
  said: string | undefined,
): { reason: Reason; message: string } {
  if (stuck) return { reason: 'RemovalStuck', message: `Still there: ${waitingFor}` };
  const why = keep
    ? `${keep.message} What was made for it is being removed.`
    : 'The branch is gone; everything made for it is being removed.';
  return { reason: 'Removing', message: said ? `${why} Waiting for ${said}` : why };
}

/** The last step. Read live: our cache may not have heard yet that it was done, and what was said then is not said again. */
async function release(deps: PreviewDeps, { metadata }: Preview): Promise<Outcome> {
  const { name, namespace = '', uid } = metadata;
  const live = await deps.cluster.get<Preview>({ kind: kinds.Preview, namespace, name });
  if (!live || live.metadata.uid !== uid) return done;
  await deps.queueRemovalNotice(live);
  await setFinalizer(deps.cluster, live, kinds.Preview, false);
  deps.log.info(aboutPreview(live), 'preview removed');
  return done;
}

/** Watches tell what changes in Kubernetes; only Airflow's own word and Events have to be asked for. */
function nextLook(status: PreviewStatus, preview: Preview, { pods }: Observed, now: Date): number {
  const ready = findCondition(status.conditions, 'Ready');
  const answers = findCondition(status.conditions, 'AirflowHealthy')?.status === 'True';
  if (ready?.status === 'True') return isWell(ready.reason) && answers ? WHILE_READY_MS : WHILE_FAILING_MS;
  const age = now.getTime() - Date.parse(preview.metadata.creationTimestamp ?? '');
  return Math.abs(age) < STARTING_FOR_MS && serving(pods) ? WHILE_STARTING_MS : WHILE_FAILING_MS;
}
