import { viewOf } from '../model/preview-view.ts';
import { branchArgument, requirePreview, which, whichPreview } from './find-preview.ts';
import { printable, quoted } from './printable.ts';
import type { Command } from './api.ts';

export const open: Command = {
  name: 'open',
  description: 'Open a branch’s Airflow in the browser and print its URL.',
  arguments: [branchArgument],
  options: [...whichPreview, ['-p, --print', 'only print the URL']],
  notes: `Until the preview is ready, its URL shows the progress, and then Airflow.
Where no browser can be started (no display), the URL is only printed.`,
  async run(tools, [branch = ''], options) {
    const wanted = which(branch, options);
    const preview = await tools.withCluster((access) => requirePreview(access, wanted));
    const { url, ready, reason, message = '' } = viewOf(preview);
    const why = reason ? `${reason}: ${printable(message)}` : 'Offshoot has not reported on it yet';
    // Whoever can write a Preview's status must not choose what the browser opens.
    if (!url || !/^https?:\/\//.test(url)) {
      throw new Error(
        `${printable(branch)} has no URL yet (${why}). To wait for it: offshoot wait ${quoted(branch)}`,
      );
    }
    if (ready !== 'True') tools.tell(`Not ready yet; the page shows progress. ${why}`);
    if (options['print'] !== true && !(await tools.browse(url)))
      tools.tell('Cannot start a browser here; open the URL yourself.');
    return { out: `${url}\n` };
  },
};
