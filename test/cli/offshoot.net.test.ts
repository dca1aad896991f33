import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { render } from '../../src/cli/render.ts';
import { createTools } from '../../src/operator/tools.ts';
import { settings } from '../../src/config/config.ts';
import { textOf } from '../../src/model/problem.ts';
import { withoutScripts } from '../backends/rendered.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { KubeObject } from '../../src/model/object.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Runs the real command without a cluster, a home or a proxy. */
const offshoot = (...args: string[]) =>
  new Promise<{ code: number | string | undefined; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], { env: { PATH: process.env['PATH'] } }, (error, out, err) =>
      resolve({ code: error ? (error.code ?? 1) : 0, out, err }),
    );
  });

async function aFile(text: string) {
  const file = join(await temporaryFolder(), 'dags.yaml');
  await writeFile(file, text);
  return file;
}

const yaml = (spec: unknown) => {
  const { apiVersion, kind, metadata } = aRawDagRepository(spec);
  return stringify({
    apiVersion,
    kind,
    metadata: { name: metadata.name, namespace: metadata.namespace },
    spec,
  });
};

test('render prints the exact objects of a branch, without a cluster', async () => {
  const secret = stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } });
  const file = await aFile(`${secret}---\n${yaml(aSpec())}`);
  const first = await offshoot('render', file, 'feature/$({curl,evil})');
  expect(first).toMatchObject({ code: 0, err: '' });
  const objects = parseAllDocuments(first.out).map((document) => document.toJS() as KubeObject);
  const out = objects.map((one) => stringify(withoutScripts(one), { lineWidth: 0 })).join('---\n');
  const golden = new URL('golden/render.yaml', import.meta.url);
  if (process.env['UPDATE_GOLDEN']) await writeFile(golden, out);
  expect(out).toBe(await readFile(golden, 'utf8'));
  expect(objects[0]?.kind).toBe('Namespace');
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
});

/** The command itself: what it refuses, it refuses before anything is rendered. */
const refusal = (file: string) =>
  render
    .run(createTools({ environment: {}, flags: () => ({}) }), [file, 'feature/hardy'], {})
    .then(() => '', textOf);

test.each<[what: string, text: string, err: RegExp]>([
  ['a file without a DagRepository', 'kind: ConfigMap', /dags\.yaml contains no DagRepository\./],
  ['an empty file', '', /contains no DagRepository/],
  [
    'a DagRepository with a wrong field',
    yaml(aSpec({ git: { url: '/srv' } })),
    /dags\.yaml: ✖ must be ssh:.*→ at git\.url/,
  ],
  [
    'fields that there are not',
    yaml({ ...aSpec(), namespace: { labels: {} }, airflow: { verison: '3.3.2' } }),
    /dags\.yaml: unknown field spec\.namespace, unknown field spec\.airflow\.verison \(did you mean spec\.airflow\.version\?\)\.$/,
  ],
  [
    'an option that a preview cannot have',
    yaml(aSpec({ airflow: { config: { Api: { PORT: 9090 } } } })),
    /dags\.yaml: spec\.airflow\.config: \[Api\] PORT cannot be set: .* Remove it/,
  ],
  ['a file that is no YAML', 'kind: [', /dags\.yaml is not valid YAML: /],
  [
    'a DagRepository without a name',
    yaml(aSpec()).replace(/^metadata:\n( .*\n)+/m, ''),
    /the DagRepository has no metadata\.name\./,
  ],
])('render refuses %s in one sentence', async (_what, text, err) => {
  const said = await refusal(await aFile(text));
  expect(said).toMatch(err);
  expect(said.split('\n')).toHaveLength(1);
});

test('a file that is not there is named', async () => {
  expect(await refusal('/nowhere/dags.yaml')).toContain('/nowhere/dags.yaml');
});

test('what goes wrong is one line on stderr and exit code 1, nothing on stdout', async () => {
  const result = await offshoot('render', await aFile('kind: ConfigMap'), 'feature/hardy');
  expect(result).toMatchObject({ code: 1, out: '' });
  expect(result.err).toMatch(/^offshoot: .*contains no DagRepository\.\n$/);
});

test('help says what there is, and a command that is not there is an error', async () => {
  const [help, wrong] = await Promise.all([offshoot('--help'), offshoot('destroy')]);
  expect(help.code).toBe(0);
  for (const word of [
    'serve',
    'ls',
    'open',
    'wait',
    'logs',
    'down',
    'up',
    'doctor',
    'render',
    'KUBECONFIG',
    'OFFSHOOT_CONTEXT',
    'Exit codes',
  ])
    expect(help.out).toContain(word);
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain("unknown command 'destroy'");
});

test('a command’s help has its own options, those of the cluster and its exit codes; serve’s has every setting', async () => {
  const [wait, serve] = await Promise.all([offshoot('wait', '--help'), offshoot('serve', '--help')]);
  for (const word of ['--timeout', '--namespace', '--context', '8 still pending'])
    expect(wait.out).toContain(word);
  expect(wait.out).not.toContain('OFFSHOOT_WEBHOOK_LISTEN');
  const said = serve.out.replace(/\s+/g, ' ');
  for (const { flag, variable, description, preset } of settings())
    for (const word of [flag, variable, description.replaceAll('`', ''), preset ?? ''])
      expect(said).toContain(word);
});

test('serve without a usable setting says which, and does not start', async () => {
  const result = await offshoot('serve', '--log-level', 'loud');
  expect(result.code).toBe(1);
  expect(result.err).toContain('OFFSHOOT_LOG_LEVEL');
});
