import type { Cache, Cluster } from '../../cluster/api.ts';
import type { Clocks } from '../../model/clock.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { KubeObject } from '../../model/object.ts';

/** What making Previews agree with branches works with. */
export interface BranchDeps extends Clocks {
  cluster: Cluster;
  previews: Pick<Cache<KubeObject>, 'get'>;
  previewOf(repository: DagRepository, branch: string): KubeObject;
  log: Record<'info' | 'warn', (fields: object, message: string) => void>;
}
