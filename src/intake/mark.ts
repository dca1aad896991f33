import { matchesBranch } from '../model/branch-patterns.ts';
import { annotation, owner } from '../model/labels.ts';
import { kinds } from '../model/kinds.ts';
import { keyOf } from '../model/object.ts';
import { codeOf } from '../model/problem.ts';
import { checkMark, isFor, previewOf } from './preview-of.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { Preview } from '../model/preview.ts';
import type { Intake, Marked } from './api.ts';

/**
 * A delivery leaves its mark: a branch nobody knows gets a Preview (without workloads until its branch is verified), a known one
 * gets the annotations that ask for a look. Nothing else is done here, whatever the delivery says.
 */
export function createIntake({
  cluster,
  previews,
  now,
}: {
  cluster: Pick<Cluster, 'create' | 'patch'>;
  previews: Cache<Preview>;
  now: () => Date;
}): Intake {
  return {
    async mark(repository, { branch, expectedHead, pusher }, delivery): Promise<Marked> {
      if (!matchesBranch(branch, repository.spec.branches)) return 'no pattern matches';
      const mark = checkMark(now(), { expectedHead, pusher, delivery });
      const patch = { metadata: { annotations: { [annotation.expectedHead]: null, ...mark } } };
      const leave = (key: { namespace: string; name: string }): Promise<boolean> =>
        cluster
          .patch({ kind: kinds.Preview, ...key }, patch, { fieldManager: owner.intake })
          .then(() => true, absent);
      const known = previews.list().filter(isFor(repository, branch)).map(keyOf);
      const left = await Promise.all(known.map(leave));
      if (left.includes(true)) return 'marked';
      const fresh = previewOf(repository, branch, mark);
      if (expectedHead === 'absent') return (await leave(keyOf(fresh))) ? 'marked' : 'nothing to do';
      // One write for a branch that nobody knows; the one that is there already was made by another delivery just now.
      return cluster.create(fresh, { fieldManager: owner.intake }).then(
        () => 'created' as const,
        async (error: unknown) => {
          if (codeOf(error) !== 'AlreadyExists') throw error;
          await cluster.patch({ kind: kinds.Preview, ...keyOf(fresh) }, patch, {
            fieldManager: owner.intake,
          });
          return 'marked' as const;
        },
      );
    },

    async check({ metadata }, delivery) {
      const ref = { kind: kinds.DagRepository, namespace: metadata.namespace ?? '', name: metadata.name };
      const patch = { metadata: { annotations: checkMark(now(), { delivery }) } };
      // One that was deleted meanwhile needs no look.
      await cluster.patch(ref, patch, { fieldManager: owner.intake }).catch(absent);
    },
  };
}

function absent(error: unknown): false {
  if (codeOf(error) === 'NotFound') return false;
  throw error;
}
