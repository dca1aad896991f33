import { viewOf } from '../model/preview-view.ts';
import { previewsIn } from './find-preview.ts';
import { printable } from './printable.ts';
import type { Preview } from '../model/preview.ts';
import type { Command } from './api.ts';

export const ls: Command = {
  name: 'ls',
  description: 'List previews with their state, commit and URL, and the remedy where something is wrong.',
  options: [
    ['-n, --namespace <namespace>', 'only previews in this namespace (default: all namespaces)'],
    ['-o, --output <format>', 'table or json (default: table)'],
  ],
  async run(tools, _args, { namespace, output = 'table' }) {
    if (output !== 'table' && output !== 'json')
      throw new Error(`--output ${String(output)}: must be table or json`);
    const previews = await tools.withCluster((access) =>
      previewsIn(access, typeof namespace === 'string' ? namespace : undefined),
    );
    return { out: output === 'json' ? `${JSON.stringify(previews, null, 2)}\n` : table(previews) };
  },
};

function table(previews: Preview[]): string {
  if (previews.length === 0) return 'No previews found.\n';
  const rows = previews.map(row);
  const head = ['BRANCH', 'READY', 'REASON', 'COMMIT', 'URL'];
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[at]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return (
    [
      line(head),
      ...rows.flatMap(({ cells, notes }) => [line(cells), ...notes.map((note) => `  ${note}`)]),
    ].join('\n') + '\n'
  );
}

function row(preview: Preview) {
  const { branch, ready, reason = '', commit = '', url = '', remarks } = viewOf(preview);
  return {
    cells: [branch, ready, reason, commit.slice(0, 8), url].map(printable),
    notes: remarks.map(printable),
  };
}
