import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { aDesign } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { policyFiles } from './policy-files.ts';

const write = async (path: string, text: string) => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

/** Two commits of a branch, and what a process of Airflow has of them. */
async function followed(files: Record<string, string>): Promise<{ said: string[]; parsed: string[] }> {
  const folder = await temporaryFolder();
  for (const [path, text] of policyFiles(aDesign())) await write(join(folder, 'mounted', path), text);
  await write(join(folder, 'git/one/macros.py'), 'SAYS = "one"\n');
  await write(join(folder, 'git/two/macros.py'), 'SAYS = "two"\n');
  for (const [path, text] of Object.entries(files)) await write(join(folder, 'git/two/dags', path), text);
  const script = join(import.meta.dirname, 'code.py');
  const run = await promisify(execFile)('python3', [script, join(folder, 'mounted'), join(folder, 'git')]);
  return JSON.parse(run.stdout) as { said: string[]; parsed: string[] };
}

test('a fork has the plugins and modules of the newest commit, whenever the process it comes from loaded them', async () => {
  const { said } = await followed({ 'orders.py': 'dag' });
  // The process itself before there is a checkout, a fork of it; the process itself, also after the next commit, and its fork.
  expect(said).toEqual(['nothing', 'one', 'one', 'one', 'two']);
});

test('test files are passed over, unless .airflowignore brings them back', async () => {
  const dag = 'a dag';
  const { parsed } = await followed({
    '.airflowignore': '# ours\ntests_of_others\n!test_wanted.py\n',
    'orders.py': dag,
    'latest.py': dag,
    'no_such.py': 'nothing in it',
    'test_orders.py': dag,
    'orders_test.py': dag,
    'sub/test_wanted.py': dag,
    'tests/helper.py': dag,
    'sales/.airflowignore': '!tests/\n',
    'sales/tests/kept.py': dag,
    'sales/test_sales.py': dag,
  });
  expect(parsed).toEqual(['latest.py', 'orders.py', 'sales/tests/kept.py', 'sub/test_wanted.py']);
});
