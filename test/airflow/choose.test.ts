import { expect, test } from 'vitest';
import { dialectOf, dialects } from '../../src/airflow/all.ts';
import { chooseFrom } from '../../src/airflow/choose.ts';
import { repositoryReader } from '../../src/operator/read-repository.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';
import { nine } from '../support/nine.ts';

test('a version chooses its dialect', () => {
  const choose = chooseFrom([...dialects, nine]);
  expect([choose('9.0.1'), choose('3.3.2')].map(({ versions }) => versions)).toEqual(['9.x', '3.x']);
});

test.each(['3.0.0', '3.3.2', '3.99.1000'])('the schema takes %s, and a dialect handles it', (version) => {
  const read = repositoryReader(dialectOf, { writable: [] })(
    aRawDagRepository(aSpec({ airflow: { version } })),
  );
  expect(read).toMatchObject({ ok: true });
});

test.each(['30.0.0', '2.11.2', '9.0.1', ''])('no dialect of ours handles %j', (version) => {
  expect(dialects.some((one) => one.handles(version))).toBe(false);
});

test('a version that no dialect handles makes the DagRepository unusable: what is wrong, where, what to do', () => {
  const read = repositoryReader(chooseFrom([nine]), { writable: ['/pane'] });
  expect(read(aRawDagRepository(aSpec()))).toEqual({
    ok: false,
    message:
      'spec.airflow.version: 3.3.2 is not supported; this Offshoot runs Airflow 9.x. Set such a version, and an image that contains it.',
  });
  expect(read(aRawDagRepository({}))).toMatchObject({
    ok: false,
    message: expect.stringContaining('url') as string,
  });
});

test('options that the dialect refuses, of folders that the backend has, make it as unusable', () => {
  const spec = aSpec({ airflow: { config: { window: { pane: '/pane' } } } });
  const read = (folder: string) =>
    repositoryReader(() => nine, { writable: [folder] })(aRawDagRepository(spec));
  expect(read('/door')).toMatchObject({ ok: true });
  expect(read('/pane')).toEqual({ ok: false, message: 'spec.airflow.config: [window] pane cannot be set.' });
});
