import { hostNameOf } from '../model/host-name.ts';
import { namespaceOf } from '../model/preview.ts';
import { viewOf } from '../model/preview-view.ts';
import type { Preview } from '../model/preview.ts';
import type { Destination } from './api.ts';

/** What the gateway needs to know of a preview; undefined until its URL is granted. */
export function destinationOf(preview: Preview): Destination | undefined {
  const view = viewOf(preview);
  const host = hostNameOf(view.url);
  if (!view.url || !host) return undefined;
  const { origin, pathname } = new URL(view.url);
  const { repository, branch, opens, reason, message, steps } = view;
  return {
    host,
    origin,
    prefix: pathname,
    namespace: namespaceOf(preview),
    uid: preview.metadata.uid ?? '',
    repository,
    branch,
    ready: opens,
    reason: reason ?? 'Preparing',
    message: message ?? 'The preview is being prepared.',
    steps,
  };
}
