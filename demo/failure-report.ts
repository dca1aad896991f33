import { readFile } from 'node:fs/promises';
import type { Kubectl } from './kubectl.ts';
import { logFileIn } from './world.ts';

const LOG_LINES = 25;

/** What is known when a step did not hold: previews, why, pods, and the last words of Offshoot. Never throws. */
export async function failureReport(kubectl: Kubectl | undefined, folder: string): Promise<string> {
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ['DagRepositories', ['get', 'dagrepositories.offshoot.dev', '--all-namespaces', '--output=wide']],
    ['Previews', ['get', 'previews.offshoot.dev', '--all-namespaces', '--output=wide']],
    [
      'Conditions',
      [
        'get',
        'previews.offshoot.dev,dagrepositories.offshoot.dev',
        '--all-namespaces',
        `--output=${CONDITIONS}`,
      ],
    ],
    ['Pods', ['get', 'pods', '--all-namespaces', '--output=wide']],
    [
      'Warnings',
      ['get', 'events', '--all-namespaces', '--field-selector=type=Warning', '--sort-by=.lastTimestamp'],
    ],
  ];
  const sections: string[] = [];
  for (const [title, args] of kubectl === undefined ? [] : asked) {
    const said = await kubectl!([...args, '--request-timeout=10s']).catch((error: unknown) => String(error));
    sections.push(`── ${title}\n${said.trim().split('\n').slice(-20).join('\n')}`);
  }
  const log = await readFile(logFileIn(folder), 'utf8').catch(() => '(Offshoot was not started)');
  sections.push(
    `── Offshoot's log, last ${LOG_LINES} lines\n${log.trim().split('\n').slice(-LOG_LINES).join('\n')}`,
  );
  return sections.join('\n\n');
}

const CONDITIONS =
  'jsonpath={range .items[*]}{.kind}{" "}{.metadata.name}{"\\n"}{range .status.conditions[*]}' +
  '{"  "}{.type}={.status} {.reason}: {.message}{"\\n"}{end}{end}';
