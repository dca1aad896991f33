import { readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { airflow, together } from '../../src/backends/native/airflow.ts';
import { database } from '../../src/backends/native/database.ts';
import { partsScript } from '../../src/backends/native/forked.ts';
import { policy } from '../../src/backends/native/policy.ts';
import { podTemplate } from '../../src/backends/native/pod-template.ts';
import { submodulesScript } from '../../src/backends/native/submodules.ts';
import { settings } from '../../src/backends/native/settings.ts';
import { identities } from '../../src/backends/shared/identity.ts';
import { namespace } from '../../src/backends/shared/namespace.ts';
import { gatewayAccess, isolation } from '../../src/backends/shared/network.ts';
import { limitRange, quota } from '../../src/backends/shared/quota.ts';
import { objectKey } from '../../src/model/object.ts';
import { differences } from './differences.ts';
import { native, rendered, withoutScripts } from './rendered.ts';
import { specs } from './specs.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Design } from '../../src/plan/api.ts';
import type { NativeDesign } from '../../src/backends/native/native-design.ts';

const parts: Record<string, (design: NativeDesign) => (KubeObject | undefined)[]> = {
  namespace: (design) => [namespace(design)],
  quota: (design) => [quota(design), limitRange(design)],
  network: (design) => [isolation(design), gatewayAccess(design)],
  identity: identities,
  database,
  settings: (design) => [settings(design)],
  policy: (design) => [policy(design)],
  submodules: (design) => [submodulesScript(design)],
  'pod-template': (design) => [podTemplate(design)],
  forked: (design) => [together(design) ? partsScript(design) : undefined],
  airflow,
};

const golden = (file: string) => new URL(`golden/${file}`, import.meta.url);
const { plain, ...others } = specs;

/** UPDATE_GOLDEN=1 npx vitest run --project pure test/backends writes the files anew: read the difference before you commit it. */
async function expectGolden(file: string, text: string) {
  if (process.env['UPDATE_GOLDEN']) await writeFile(golden(file), text);
  expect(text).toBe(await readFile(golden(file), 'utf8'));
}

test.each(Object.entries(parts))('plain/%s.yaml is what is rendered', async (part, make) => {
  const objects = make(native(plain)).filter((one) => one !== undefined);
  const text = objects
    .map((one) => stringify(withoutScripts(one), { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
  await expectGolden(`plain/${part}.yaml`, text);
});

test.each(Object.entries(others))('%s.diff is how it differs from plain', async (spec, design) => {
  const [one, other] = [plain, design].map((each) => withoutScripts(everything(each)));
  await expectGolden(`${spec}.diff`, differences(one!, other!));
});

test('there is no golden file that nothing renders', async () => {
  const wanted = [
    ...Object.keys(parts).map((part) => `plain/${part}.yaml`),
    ...Object.keys(others).map((spec) => `${spec}.diff`),
  ];
  const files = await readdir(golden('.'), { recursive: true });
  expect(files.filter((file) => file.includes('.')).sort()).toEqual(wanted.sort());
});

const everything = (design: Design) =>
  Object.values(parts).flatMap((make) => make(native(design)).filter((one) => one !== undefined));

test.each(Object.entries(specs))('the parts of %s together are all that is rendered', (_spec, design) => {
  expect(everything(design).map(objectKey).sort()).toEqual(rendered(design).map(objectKey).sort());
});
