import { kinds } from '../model/kinds.ts';
import { branchArgument, requirePreview, which, whichPreview } from './find-preview.ts';
import { printable, quoted } from './printable.ts';
import type { Preview } from '../model/preview.ts';
import type { Command } from './api.ts';

/** Sets spec.suspend, as a person would; Offshoot does the rest. */
const setting =
  (suspend: boolean, said: (branch: string, argument: string) => string): Command['run'] =>
  async (tools, [branch = ''], options) =>
    tools.withCluster(async (access) => {
      const found = await requirePreview(access, which(branch, options));
      const { name, namespace = '', uid } = found.metadata;
      const patch = { metadata: { uid }, spec: { suspend } };
      const ref = { kind: kinds.Preview, namespace, name };
      const now = await access.cluster.patch<Preview>(ref, patch, { fieldManager: 'offshoot-cli' });
      if (now.spec.suspend !== suspend)
        throw new Error(
          'The cluster’s CRD for Previews is too old to have spec.suspend. Run offshoot doctor.',
        );
      tools.tell(said(printable(found.spec.branch), quoted(found.spec.branch)));
      return {};
    });

export const down: Command = {
  name: 'down',
  description:
    'Suspend a branch’s Airflow: remove what runs, including the database; keep the Preview and its URL.',
  arguments: [branchArgument],
  options: whichPreview,
  notes: `Sets spec.suspend of the Preview. It stays suspended, whatever is pushed, until offshoot up. To remove the Preview as well,
delete the branch or, if a person created the Preview, run kubectl delete preview.`,
  run: setting(
    true,
    (branch, arg) => `${branch} is suspended. To bring it back (empty database): offshoot up ${arg}`,
  ),
};

export const up: Command = {
  name: 'up',
  description: 'Resume a suspended branch, with an empty database.',
  arguments: [branchArgument],
  options: whichPreview,
  run: setting(false, (branch, arg) => `${branch} is resumed. To wait for it: offshoot wait ${arg}`),
};
