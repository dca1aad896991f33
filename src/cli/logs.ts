import { findCondition } from '../model/conditions.ts';
import { milliseconds } from '../model/duration.ts';
import { kinds } from '../model/kinds.ts';
import { namespaceOf } from '../model/preview.ts';
import { codeOf } from '../model/problem.ts';
import { branchArgument, requirePreview, which, whichPreview } from './find-preview.ts';
import { followLogs } from './follow-logs.ts';
import { mayHold, partsOf, podsOf, read, sourcesOf } from './log-sources.ts';
import { printable } from './printable.ts';
import type { Cluster, KubeObject, LogLine } from '../cluster/api.ts';
import type { Preview } from '../model/preview.ts';
import type { Command, Options } from './api.ts';
import type { PartsIn, Source } from './log-sources.ts';

export const logs: Command = {
  name: 'logs',
  description: 'Print the logs of a branch’s Airflow and its database in chronological order.',
  arguments: [branchArgument],
  options: [
    ...whichPreview,
    ['-p, --part <name>', 'only this part, such as git-sync or postgres; an unknown name lists them all'],
    ['-f, --follow', 'keep printing until Ctrl-C, across restarts and new pods'],
    ['--tail <lines>', 'only this many of the last lines of each part'],
    ['--since <duration>', 'only lines newer than this, such as 5m'],
  ],
  notes: 'Lines have the form "<part> | <text>", or "<text>" with --part. Logs of tasks are in Airflow’s UI.',
  async run(tools, [branch = ''], options) {
    const asked = readOptions(options);
    const { part } = asked;
    const { watches, partsIn } = tools.backend;
    return tools.withCluster(async (access) => {
      const { cluster } = access;
      const preview = await requirePreview(access, which(branch, options));
      const selection = {
        namespace: namespaceOf(preview),
        labelSelector: podsOf(preview.metadata.uid ?? '', watches.parts),
      };
      const { items: pods } = await cluster.list(kinds.Pod, selection);
      refusePart(pods, part, partsIn);
      if (!asked.follow) refuseNothing(preview, pods, part, partsIn);
      const write = ({ container }: Source, line: LogLine) => {
        const said = read(container, line.text, partsIn);
        if (part === undefined) tools.print(`${said.part} | ${safe(said.text)}`);
        else if (said.part === part) tools.print(safe(said.text));
      };
      const before = await past(cluster, pods, asked, partsIn);
      for (const { source, line } of before.lines) write(source, line);
      if (!asked.follow) return {};
      await followLogs({
        cluster,
        pods: cluster.watch<KubeObject>(kinds.Pod, { ...selection, keepManagedFields: false }),
        wanted: ({ container }) => mayHold(container, part, partsIn),
        onLine: write,
        onSource: ({ pod, container }) => tools.tell(`following ${pod} ${container}`),
        shown: before.shown,
        sinceSeconds: asked.sinceSeconds,
        signal: new AbortController().signal,
      });
      return {};
    });
  },
};

interface Asked {
  part: string | undefined;
  follow: boolean;
  tail: number;
  sinceSeconds: number | undefined;
}

/** What has been logged so far, oldest first: the last `tail` lines of each part, and the time up to which each source was read. */
async function past(
  cluster: Pick<Cluster, 'logs'>,
  pods: readonly KubeObject[],
  { part, tail, sinceSeconds }: Asked,
  partsIn: PartsIn,
) {
  const shown = new Map<string, string>();
  const all: { source: Source; line: LogLine }[] = [];
  const readAll = async (source: Source) => {
    const { namespace, pod, container, id } = source;
    const asked = { namespace, pod, container, signal: new AbortController().signal };
    // One container may hold several parts, so lines can be counted by part only here.
    const byPart = new Map<string, LogLine[]>();
    for await (const line of cluster.logs({ ...asked, ...(sinceSeconds && { sinceSeconds }) })) {
      const writer = read(container, line.text, partsIn).part;
      const kept = byPart.get(writer) ?? [];
      byPart.set(writer, kept);
      kept.push(line);
      if (kept.length > tail) kept.shift();
      shown.set(id, line.at);
    }
    for (const line of [...byPart.values()].flat()) all.push({ source, line });
  };
  const sources = pods.flatMap(sourcesOf).filter(({ container }) => mayHold(container, part, partsIn));
  await Promise.all(sources.map((source) => readAll(source).catch(goneMeanwhile)));
  const lines = all.sort((one, other) => Date.parse(one.line.at) - Date.parse(other.line.at));
  return { lines, shown };
}

function goneMeanwhile(error: unknown): void {
  if (codeOf(error) !== 'NotFound') throw error;
}

function refusePart(pods: readonly KubeObject[], part: string | undefined, partsIn: PartsIn): void {
  const parts = partsOf(pods, partsIn);
  if (part === undefined || pods.length === 0 || parts.includes(part)) return;
  throw new Error(`There is no part ${printable(part)}. The parts are: ${parts.join(', ')}.`);
}

function refuseNothing(
  preview: Preview,
  pods: readonly KubeObject[],
  part: string | undefined,
  partsIn: PartsIn,
): void {
  if (pods.flatMap(sourcesOf).some(({ container }) => mayHold(container, part, partsIn))) return;
  const ready = findCondition(preview.status?.conditions, 'Ready');
  const why = ready ? ` ${ready.reason}: ${printable(ready.message)}` : '';
  throw new Error(
    `No container of ${printable(preview.spec.branch)} has started yet, so there are no logs.${why}`,
  );
}

function readOptions({ part, follow, tail, since }: Options): Asked {
  if (tail !== undefined && !/^[0-9]+$/.test(String(tail)))
    throw new Error(`--tail ${String(tail)}: must be a number of lines`);
  return {
    part: typeof part === 'string' ? part : undefined,
    follow: follow === true,
    tail: tail === undefined ? Infinity : Number(tail),
    sinceSeconds: since === undefined ? undefined : Math.ceil(milliseconds(String(since)) / 1_000),
  };
}

/** Keeps colours; nothing else that a branch's code prints may control the terminal. */
const safe = (text: string) =>
  text.replace(
    /(\u001b\[[0-9;]*m)|[\p{Cc}\p{Cf}]/gu,
    (found, colour: string | undefined) => colour ?? (found === '\t' ? found : '�'),
  );
