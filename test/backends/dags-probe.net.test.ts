import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dagsProbe } from '../../src/backends/native/git-sync.ts';
import { aDesign } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The probe's own command, run on a folder that stands for /git. */
async function probed(files: Record<string, string>) {
  const root = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const [shell = '', ...args] = dagsProbe(aDesign()).exec.command.map((one) => one.replace(/^\/git/, root));
  const { status, stdout, stderr } = spawnSync(shell, args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}
const ERROR = '{"Msg":"m","Err":"fatal: no","Args":{"failCount":7}}';

test('the folder that is there is all well', async () => {
  expect((await probed({ 'current/dags/a.py': '' })).status).toBe(0);
});

test('the folder that is not there is told', async () => {
  const { status, said } = await probed({ 'current/README.md': '' });
  expect(status).not.toBe(0);
  expect(said).toContain('No such file or directory');
});

test('git-sync’s error is told first, the same at every try', async () => {
  expect(await probed({ 'current/dags/a.py': '', 'error.json': ERROR })).toEqual({
    status: 1,
    said: '{"Msg":"m","Err":"fatal: no"',
  });
});
