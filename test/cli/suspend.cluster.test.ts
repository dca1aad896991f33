import { expect, test } from 'vitest';
import { findCondition } from '../../src/model/conditions.ts';
import { eventually } from '../support/product/eventually.ts';
import { aHandMadePreview } from '../support/product/manifests.ts';
import { aWorld, World } from '../support/product/world.ts';
import { offshoot } from './run-offshoot.ts';

const world = aWorld('suspend');
const run = (...args: string[]) =>
  offshoot([...args, '--kubeconfig', world().cluster.sandbox.kubeconfig]).ended;

const isDown = (branch: string, name?: string) =>
  eventually(async () => {
    const preview = await world().preview(branch, name);
    expect(findCondition(preview?.status?.conditions, 'Ready')).toMatchObject({ reason: 'Suspended' });
    expect(await world().namespaceOf(branch)).toBeUndefined();
    return preview!;
  }, 60);

test('down removes what runs and keeps Preview and URL, whatever is pushed; up makes it anew', async () => {
  const it = world();
  const branch = 'feature/rest';
  await it.push(branch);
  const { metadata, status } = await it.isMade(branch);
  expect(await run('down', branch)).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('feature/rest is suspended') as string,
  });
  const down = await isDown(branch);
  expect(down).toMatchObject({ metadata: { uid: metadata.uid }, status: { url: status!.url } });
  expect(await run('wait', branch, '--grace', '0s')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Suspended') as string,
  });
  const [head] = await it.push(branch);
  await eventually(async () => expect((await it.preview(branch))?.status?.branch?.head).toBe(head));
  expect(await it.namespaceOf(branch)).toBeUndefined();
  expect(await run('up', branch)).toMatchObject({ code: 0 });
  expect((await it.isMade(branch)).metadata.uid).toBe(metadata.uid);
});

test('a Preview that a person made goes down like any other, and stays', async () => {
  const it = world();
  await it.git.push('fix/by-hand');
  await it.admin.create(aHandMadePreview(World.namespace, 'mine', 'fix/by-hand'));
  await it.isMade('fix/by-hand', 'mine');
  expect(await run('down', 'mine')).toMatchObject({ code: 0 });
  expect((await isDown('fix/by-hand', 'mine')).metadata.name).toBe('mine');
});

test('a branch without a preview is an error that lists those there are', async () => {
  const { code, err } = await run('down', 'feature/nothing');
  expect(code).toBe(1);
  expect(err).toContain('No preview found for feature/nothing. Existing previews: ');
});
