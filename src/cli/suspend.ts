import { kinds } from '../model/kinds.ts';
import { branchArgument, requirePreview, which, whichPreview } from './find-preview.ts';
import { printable } from './printable.ts';
import type { Preview } from '../model/preview.ts';
import type { Command } from './api.ts';

/** Sets a person's wish, spec.suspend; the rest is Offshoot's. */
const setting =
  (suspend: boolean, said: (branch: string) => string): Command['run'] =>
  async (tools, [branch = ''], options) =>
    tools.withCluster(async (access) => {
      const found = await requirePreview(access, which(branch, options));
      const { name, namespace = '', uid } = found.metadata;
      const patch = { metadata: { uid }, spec: { suspend } };
      const ref = { kind: kinds.Preview, namespace, name };
      const now = await access.cluster.patch<Preview>(ref, patch, { fieldManager: 'offshoot-cli' });
      if (now.spec.suspend !== suspend)
        throw new Error(
          'The cluster’s kind Preview knows no spec.suspend: it is of an older version. See offshoot doctor.',
        );
      tools.tell(said(printable(found.spec.branch)));
      return {};
    });

export const down: Command = {
  name: 'down',
  description: 'Remove what runs for a branch, database included; its Preview and URL stay.',
  arguments: [branchArgument],
  options: whichPreview,
  notes: `Sets spec.suspend of the Preview: it stays down, whatever is pushed, until offshoot up. To be rid of the Preview too,
delete the branch, or, if a person made the Preview, kubectl delete preview.`,
  run: setting(
    true,
    (branch) => `${branch} goes down. To have it again, with an empty database: offshoot up`,
  ),
};

export const up: Command = {
  name: 'up',
  description: 'Take back offshoot down: the branch gets its Airflow anew.',
  arguments: [branchArgument],
  options: whichPreview,
  run: setting(false, (branch) => `${branch} comes up. To wait for it: offshoot wait`),
};
