import { milliseconds } from '../model/duration.ts';
import { kinds } from '../model/kinds.ts';
import { viewOf } from '../model/preview-view.ts';
import { branchArgument, findPreview, previewsIn, thereAre, which, whichPreview } from './find-preview.ts';
import { printable } from './printable.ts';
import { waitFor } from './wait-for.ts';
import type { Preview } from '../model/preview.ts';
import type { Command, Options, Result } from './api.ts';
import type { Goal } from './assess.ts';
import type { Waited } from './wait-for.ts';

const EXIT_CODE = { done: 0, failed: 1, pending: 8 } as const;

export const wait: Command = {
  name: 'wait',
  description: 'Wait until a branch’s Airflow is ready with the newest commit, or until it is gone.',
  arguments: [branchArgument],
  options: [
    ...whichPreview,
    ['--for <state>', 'the state to wait for: ready or gone (default: ready)'],
    ['--commit <sha>', 'wait for this commit instead of the newest (7 to 64 hex digits)'],
    ['--timeout <duration>', 'how long to wait, such as 90s or 1h (default: 5m)'],
    ['--grace <duration>', 'how long a failure must last before it counts; 0s fails at once (default: 30s)'],
    ['--json', 'print the outcome as JSON instead of the URL'],
  ],
  notes: `Exit codes: 0 ready (or gone), 1 failed or the cluster could not be queried, 8 still pending at the timeout.
Also waits for a branch that has no preview yet, because its webhook may be on the way. "Failed" means a reason marked
as a failure in docs/conditions.md that has lasted for --grace; until then it may heal.`,
  async run(tools, [branch = ''], options) {
    const wanted = which(branch, options);
    const goal = readGoal(options);
    const timeoutMs = duration('timeout', options, '5m');
    const graceMs = duration('grace', options, '30s');
    return tools.withCluster(async (access) => {
      const { namespace } = wanted;
      // Reports missing permissions at once; a watch would retry forever.
      await previewsIn(access, namespace);
      const outcome = await waitFor({
        previews: access.cluster.watch<Preview>(kinds.Preview, {
          ...(namespace && { namespace }),
          keepManagedFields: false,
        }),
        find: (previews) => findPreview(previews, wanted),
        goal,
        timeoutMs,
        graceMs,
        onChange({ reason, message }, previews) {
          const others = reason === 'NoPreview' ? ` ${thereAre(previews)}` : '';
          tools.tell(`${printable(wanted.branch)}: ${reason}: ${printable(message)}${others}`);
        },
      });
      return result(outcome, wanted.branch, options['json'] === true);
    });
  },
};

function result({ outcome, assessment, preview }: Waited, branch: string, json: boolean): Result {
  const exitCode = EXIT_CODE[outcome];
  const { url, commit, branch: found } = (preview && viewOf(preview)) ?? {};
  if (!json) return { exitCode, ...(outcome === 'done' && url && { out: `${url}\n` }) };
  const told = {
    branch: found ?? branch,
    outcome,
    reason: assessment.reason,
    message: assessment.message,
    ...(url && { url }),
    ...(commit && { commit }),
  };
  return { exitCode, out: `${JSON.stringify(told)}\n` };
}

function readGoal({ for: state = 'ready', commit }: Options): Goal {
  if (state !== 'ready' && state !== 'gone') throw new Error(`--for ${String(state)}: must be ready or gone`);
  if (commit !== undefined && (typeof commit !== 'string' || !/^[0-9a-f]{7,64}$/i.test(commit)))
    throw new Error(`--commit ${String(commit)}: must be 7 to 64 hex digits of a commit`);
  if (state === 'ready') return { for: state, commit: commit?.toLowerCase() };
  if (commit !== undefined) throw new Error('--commit can only be used with --for ready');
  return { for: state };
}

function duration(name: string, options: Options, otherwise: string): number {
  try {
    // setTimeout fires at once on anything longer.
    return Math.min(milliseconds(String(options[name] ?? otherwise)), 2 ** 31 - 1);
  } catch (error) {
    throw new Error(`--${name}: ${(error as Error).message}`, { cause: error });
  }
}
