import { openMark } from '../../model/preview.ts';
import { templateOf } from '../../model/template.ts';
import { assignSlots, byWish, wantsSlot } from './admission.ts';
import { rollOut, works } from './rollout.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { Preview, PreviewStatus } from '../../model/preview.ts';
import type { UrlStyle } from '../../plan/api.ts';
import type { RollOut } from './rollout.ts';

/** What the code host said of a branch. */
export type BranchFact = { head: string; handledCheck: string | undefined } | { missing: true };

export interface GrantInput {
  repository: DagRepository;
  /** All Previews of this DagRepository. */
  previews: readonly Preview[];
  /** What was heard since, by uid of the Preview. */
  facts: ReadonlyMap<string, BranchFact>;
  urls: UrlStyle;
  /** Does `url.base` belong to this DagRepository? Else no URL is granted. */
  ownsBase: boolean;
  /** Does the host of this URL belong to another DagRepository? */
  foreign(url: string): boolean;
  /** Is there a namespace of this Preview? */
  exists(preview: Preview): boolean;
  /** What the DagRepository is rendered to now. */
  rendering: string;
  now: Date;
}

/** The part of a Preview's status that the repository reconciler alone writes. */
export type Grant = Pick<PreviewStatus, 'branch' | 'url' | 'admitted' | 'queue' | 'revision'>;

export interface Granted {
  grants: ReadonlyMap<Preview, Grant>;
  inUse: number;
  waiting: number;
  /** Of those that run. */
  rollOut: RollOut & { total: number };
}

/** Pure: what this DagRepository's Previews are granted: their URL, once, slots, oldest wish first, and what they may run. */
export function grant(input: GrantInput): Granted {
  const { repository, previews, exists } = input;
  const max = repository.spec.maxPreviews;
  const sources = new Map<Preview, Preview>();
  const heard = [...previews].sort(byWish).map((preview) => {
    const fact = input.facts.get(preview.metadata.uid ?? '');
    const next = {
      ...preview,
      status: { ...preview.status, ...(fact && { branch: branchOf(preview, fact) }) },
    };
    sources.set(next, preview);
    return next;
  });
  grantUrls(heard, input);
  const { admitted, waiting } = assignSlots(heard, max, exists);
  const inUse = admitted.size;
  const running = heard.filter((one) => admitted.has(one) && exists(one) && wantsSlot(one));
  const rolling = rollOut(running, input.rendering, input.now.getTime());
  const revisionOf = (preview: Preview): Revision | undefined => {
    const { revision } = preview.status ?? {};
    if (rolling.update.has(preview)) return { ...fresh(input), updating: updatingOf(preview, input.now) };
    // Nothing of it is there yet: it begins with what is current.
    if (!exists(preview) && wantsSlot(preview) && revision?.rendering !== input.rendering)
      return fresh(input);
    if (!revision || !rolling.settled.has(preview)) return revision;
    const { updating: _, ...rest } = revision;
    return rest;
  };
  const grants = new Map<Preview, Grant>();
  for (const preview of heard) {
    const { branch, url } = preview.status;
    const revision = admitted.has(preview) ? revisionOf(preview) : undefined;
    const place = waiting.indexOf(preview) + 1;
    grants.set(sources.get(preview)!, {
      ...(branch && { branch }),
      ...(url && { url }),
      ...(admitted.has(preview) && { admitted: true }),
      ...(revision && { revision }),
      ...(place > 0 && { queue: { place, inUse, max } }),
    });
  }
  return {
    grants,
    inUse,
    waiting: waiting.length,
    rollOut: { ...rolling, total: running.length },
  };
}

type Revision = NonNullable<PreviewStatus['revision']>;

const fresh = ({ repository, rendering }: GrantInput): Revision => ({
  generation: repository.metadata.generation ?? 0,
  rendering,
  template: templateOf(repository.spec),
});

const updatingOf = (preview: Preview, now: Date) => ({
  since: now.toISOString(),
  // Changed again on its way: what counts is how it was before all that.
  worked: preview.status?.revision?.updating?.worked ?? works(preview),
});

function branchOf(preview: Preview, fact: BranchFact): Grant['branch'] {
  const mark = openMark(preview);
  const pusher = mark?.pusher ?? preview.status?.branch?.pusher;
  const handledCheck = 'missing' in fact ? mark?.requested : fact.handledCheck;
  return {
    ...('missing' in fact ? { missing: true } : { head: fact.head }),
    ...(pusher && { pusher }),
    ...(handledCheck && { handledCheck }),
  };
}

/**
 * Who has a URL keeps it. One that somebody wrote by hand, or that an older Preview has (the same, or one above or below it), was not
 * granted: it is granted anew. So is one on a host that is another DagRepository's by now.
 */
function grantUrls(
  heard: readonly (Preview & { status: PreviewStatus })[],
  { repository, urls, ownsBase, foreign }: GrantInput,
) {
  const owner = { namespace: repository.metadata.namespace ?? '', name: repository.metadata.name };
  const taken = urls.taken();
  const without = heard.filter(({ spec, status }) => {
    const { url } = status;
    if (!url || !urls.isUrlOf(url, owner, spec.branch) || foreign(url) || taken.overlaps(url)) return true;
    taken.add(url);
    return false;
  });
  for (const { metadata, spec, status } of without) {
    delete status.url;
    if (!ownsBase || metadata.deletionTimestamp || !status.branch?.head) continue;
    status.url = urls.urlOf(repository.spec.url.base, owner, spec.branch, taken);
    taken.add(status.url);
  }
}
