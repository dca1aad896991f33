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
  description:
    'Wait until a branch has its Airflow, with the newest commit, or until it is gone, and say so by the exit code.',
  arguments: [branchArgument],
  options: [
    ...whichPreview,
    ['--for <state>', 'ready or gone (default: ready)'],
    ['--commit <sha>', 'ready, and at this commit instead of the newest (7 to 64 hex digits)'],
    ['--timeout <duration>', 'how long to wait, such as 90s or 1h (default: 5m)'],
    ['--grace <duration>', 'how long a failure may last before it counts; 0s: fail fast (default: 30s)'],
    ['--json', 'print the outcome as JSON instead of the URL'],
  ],
  notes: `Exit codes: 0 ready (or gone), 1 failed, or it could not be asked, 8 still pending at the time-out.
A branch that has no preview yet is waited for: its webhook may be on the way. "Failed" is a reason marked
as failure in docs/conditions.md that has lasted for --grace: until then it may heal by itself.`,
  async run(tools, [branch = ''], options) {
    const wanted = which(branch, options);
    const goal = readGoal(options);
    const timeoutMs = duration('timeout', options, '5m');
    const graceMs = duration('grace', options, '30s');
    return tools.withCluster(async (access) => {
      const { namespace } = wanted;
      // What this user may not do is said at once; a watch would try again for ever.
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
  if (state !== 'ready' && state !== 'gone')
    throw new Error(`--for ${String(state)}: there is ready and gone`);
  if (commit !== undefined && (typeof commit !== 'string' || !/^[0-9a-f]{7,64}$/i.test(commit)))
    throw new Error(`--commit ${String(commit)}: give 7 to 64 hex digits of a commit`);
  if (state === 'ready') return { for: state, commit: commit?.toLowerCase() };
  if (commit !== undefined) throw new Error('--commit goes with --for ready only');
  return { for: state };
}

function duration(name: string, options: Options, otherwise: string): number {
  try {
    // What is longer fires at once.
    return Math.min(milliseconds(String(options[name] ?? otherwise)), 2 ** 31 - 1);
  } catch (error) {
    throw new Error(`--${name}: ${(error as Error).message}`, { cause: error });
  }
}
