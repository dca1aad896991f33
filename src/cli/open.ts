import { viewOf } from '../model/preview-view.ts';
import { branchArgument, requirePreview, which, whichPreview } from './find-preview.ts';
import { printable } from './printable.ts';
import type { Command } from './api.ts';

export const open: Command = {
  name: 'open',
  description: 'Open a branch’s Airflow in the browser, and print its URL.',
  arguments: [branchArgument],
  options: [...whichPreview, ['-p, --print', 'only print the URL']],
  notes: `While the preview is not ready its URL shows what is happening, and then Airflow.
Where no browser can be started (no display), the URL is only printed.`,
  async run(tools, [branch = ''], options) {
    const wanted = which(branch, options);
    const preview = await tools.withCluster((access) => requirePreview(access, wanted));
    const { url, ready, reason, message = '' } = viewOf(preview);
    const why = reason ? `${reason}: ${printable(message)}` : 'nothing has been said about it yet';
    // Whoever may write a Preview's status must not choose what our browser starts.
    if (!url || !/^https?:\/\//.test(url)) {
      throw new Error(
        `${printable(branch)} has no URL yet (${why}). To wait for it: offshoot wait ${quoted(branch)}`,
      );
    }
    if (ready !== 'True') tools.tell(`Not ready yet, its page says when it is. ${why}`);
    if (options['print'] !== true && !(await tools.browse(url)))
      tools.tell('No browser can be started here: open the URL yourself.');
    return { out: `${url}\n` };
  },
};

/** As it can be pasted into a shell. */
const quoted = (branch: string) =>
  /^[\w./-]+$/.test(branch) ? branch : `'${printable(branch).replaceAll("'", `'\\''`)}'`;
