import { matchesBranch } from '../model/branch-patterns.ts';
import { clip } from '../model/clip.ts';
import { annotation, owner } from '../model/labels.ts';
import { kinds } from '../model/kinds.ts';
import { nameTaken } from '../model/name-taken.ts';
import { keyOf } from '../model/object.ts';
import { isFor } from '../model/preview.ts';
import { codeOf } from '../model/problem.ts';
import { isRefusal, wordsOf } from '../model/refusal.ts';
import { again } from './again.ts';
import { checkMark, previewOf } from './preview-of.ts';
import type { Cache, Cluster } from '../cluster/api.ts';
import type { KubeObject } from '../model/object.ts';
import type { Preview } from '../model/preview.ts';
import type { Intake, Marked } from './api.ts';

/**
 * A delivery leaves its mark: a branch nobody knows gets a Preview (without workloads until its branch is verified), a known one
 * gets the annotations that ask for a look. Where a Preview is refused, the DagRepository gets the mark, and says why. Nothing else is
 * done here, whatever the delivery says.
 */
export function createIntake({
  cluster,
  previews,
  now,
}: {
  cluster: Pick<Cluster, 'get' | 'create' | 'patch'>;
  previews: Pick<Cache<Preview>, 'list'>;
  now: () => Date;
}): Intake {
  const intake: Intake = {
    async mark(repository, { branch, expectedHead, pusher }, delivery): Promise<Marked> {
      if (!matchesBranch(branch, repository.spec.branches)) return 'no pattern matches';
      const mark = checkMark(now(), { expectedHead, pusher, delivery });
      const fresh = previewOf(repository, branch, mark);

      /** Exactly the Preview that was seen: another one of its name is a Conflict. False if it is gone. */
      const leave = ({ metadata }: KubeObject): Promise<boolean> => {
        const { namespace = '', name, uid } = metadata;
        const annotations = { [annotation.expectedHead]: null, ...mark };
        const patch = { metadata: { ...(uid && { uid }), annotations } };
        return cluster
          .patch({ kind: kinds.Preview, namespace, name }, patch, { fieldManager: owner.intake })
          .then(() => true, absent);
      };

      async function leaveOrCreate(): Promise<Marked> {
        const left = await Promise.all(previews.list().filter(isFor(repository, branch)).map(leave));
        if (left.includes(true)) return 'marked';
        if (expectedHead === 'absent') {
          const there = await cluster.get({ kind: kinds.Preview, ...keyOf(fresh) });
          const its = there && !nameTaken(there, repository, branch);
          return its && (await leave(there)) ? 'marked' : 'nothing to do';
        }
        // One write for a branch that nobody knows.
        const clash = await cluster
          .create(fresh, { fieldManager: owner.intake })
          .then(() => undefined, isThere);
        if (!clash) return 'created';
        // Made by another delivery just now, or by somebody who computed the name for another branch.
        const there = await cluster.get({ kind: kinds.Preview, ...keyOf(fresh) });
        const taken = there && nameTaken(there, repository, branch);
        if (taken) return refused(taken);
        if (there && (await leave(there))) return 'marked';
        throw clash; // gone in the meantime
      }

      async function refused(words: string): Promise<Marked> {
        await intake.check(repository, delivery);
        return `refused: ${clip(words, 400)}`;
      }

      return again(leaveOrCreate).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        return refused(wordsOf(error));
      });
    },

    async check({ metadata }, delivery) {
      const ref = { kind: kinds.DagRepository, namespace: metadata.namespace ?? '', name: metadata.name };
      const patch = { metadata: { annotations: checkMark(now(), { delivery }) } };
      // One that was deleted meanwhile needs no look.
      await again(() => cluster.patch(ref, patch, { fieldManager: owner.intake }).catch(absent));
    },
  };
  return intake;
}

function absent(error: unknown): false {
  if (codeOf(error) === 'NotFound') return false;
  throw error;
}

function isThere(error: unknown): Error {
  if (codeOf(error) === 'AlreadyExists') return error as Error;
  throw error;
}
