import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ABSENT, type RefUpdate } from './post-receive.ts';

export interface PushedCommit {
  readonly id: string;
  readonly tree_id: string;
  readonly message: string;
  readonly timestamp: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

const run = promisify(execFile);
const FORMAT = '%x1e%H%x1f%T%x1f%aI%x1f%an%x1f%ae%x1f%B%x1f';

/** The commits a push brought, oldest first, at most 20 (GitHub's limit in a payload). */
export async function pushedCommits(repository: string, update: RefUpdate): Promise<PushedCommit[]> {
  if (update.after === ABSENT) return [];
  // A new branch brings what no other ref has yet; that includes nothing at all.
  const range =
    update.before === ABSENT
      ? [update.after, '--not', `--exclude=${update.ref}`, '--all']
      : [`${update.before}..${update.after}`];
  const { stdout } = await run('git', [
    '--git-dir',
    repository,
    'log',
    '--reverse',
    '--max-count=20',
    '--no-renames',
    '--name-status',
    `--format=${FORMAT}`,
    ...range,
  ]);
  return stdout
    .split('\x1e')
    .slice(1)
    .map((record) => readCommit(record));
}

function readCommit(record: string): PushedCommit {
  const [id = '', tree_id = '', timestamp = '', name = '', email = '', message = '', files = ''] =
    record.split('\x1f');
  const changed = (letter: string): string[] =>
    files.split('\n').flatMap((line) => (line.startsWith(`${letter}\t`) ? [line.slice(2)] : []));
  return {
    id,
    tree_id,
    message: message.trimEnd(),
    timestamp,
    author: { name, email },
    added: changed('A'),
    removed: changed('D'),
    modified: changed('M'),
  };
}
