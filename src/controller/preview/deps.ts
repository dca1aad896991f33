import type { Backend } from '../../backends/api.ts';
import type { Cache, Cluster } from '../../cluster/api.ts';
import type { DagRepository, ReadDagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Preview, PreviewStatus } from '../../model/preview.ts';
import type { Observed } from '../../observe/api.ts';
import type { Plan, PlanInput, Wake } from '../../plan/api.ts';
import type { StatusInput } from '../../status/api.ts';
import type { MaterialSource } from './material-source.ts';

/** What one look at a Preview came to. */
export interface Look {
  /** Without one, what was said last stands. */
  status?: PreviewStatus | undefined;
  failed?: { error: unknown } | undefined;
  outcome: Outcome;
}

/** What the reconciler of Previews works with. */
export interface PreviewDeps {
  cluster: Pick<Cluster, 'get' | 'list' | 'patch'>;
  previews: Pick<Cache<KubeObject>, 'get'>;
  repositories: Pick<Cache<KubeObject>, 'get'>;
  readRepository(object: KubeObject): ReadDagRepository;
  /** A DagRepository as it was when it had this template; undefined for one that nobody granted. */
  withTemplate(repository: DagRepository, template: unknown): DagRepository | undefined;
  observe(preview: Preview, repository: DagRepository | undefined, now: Date): Promise<Observed>;
  plan(input: Omit<PlanInput, 'settings'>): Plan;
  status(input: StatusInput): PreviewStatus;
  backend: Pick<Backend, 'look' | 'apply' | 'renew' | 'remove'>;
  /** The kinds of secret things that a preview is given. */
  materials: readonly MaterialSource[];
  /** What a DagRepository is rendered to. */
  rendering(repository: DagRepository): string;
  /** Wakes git-sync if it is time to, without waiting for it. Returns the ms after which to call again, if it should be. */
  wakeGitSync(preview: Preview, wake: Wake | undefined): number | undefined;
  /** Writes the status if anything in it is new, and records the change as an Event. */
  saveStatus(preview: Preview, status: PreviewStatus): Promise<void>;
  /** Keeps what is still to be announced once the Preview no longer exists. */
  queueRemovalNotice(preview: Preview): Promise<void>;
  now(): Date;
  log: Record<'info' | 'warn', (fields: object, message: string) => void>;
}
