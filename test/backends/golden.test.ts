import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { airflow, together } from '../../src/backends/native/airflow.ts';
import { database } from '../../src/backends/native/database.ts';
import { partsScript } from '../../src/backends/native/forked.ts';
import { policy } from '../../src/backends/native/policy.ts';
import { podTemplate } from '../../src/backends/native/pod-template.ts';
import { settings } from '../../src/backends/native/settings.ts';
import { identities } from '../../src/backends/shared/identity.ts';
import { namespace } from '../../src/backends/shared/namespace.ts';
import { gatewayAccess, isolation } from '../../src/backends/shared/network.ts';
import { limitRange, quota } from '../../src/backends/shared/quota.ts';
import { objectKey } from '../../src/model/object.ts';
import { native, rendered, withoutScripts } from './rendered.ts';
import { specs } from './specs.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { NativeDesign } from '../../src/backends/native/native-design.ts';

const parts: Record<string, (design: NativeDesign) => (KubeObject | undefined)[]> = {
  namespace: (design) => [namespace(design)],
  quota: (design) => [quota(design), limitRange(design)],
  network: (design) => [isolation(design), gatewayAccess(design)],
  identity: identities,
  database,
  settings: (design) => [settings(design)],
  policy: (design) => [policy(design)],
  'pod-template': (design) => [podTemplate(design)],
  forked: (design) => [together(design) ? partsScript(design) : undefined],
  airflow,
};

const golden = (file: string) => new URL(`golden/${file}`, import.meta.url);
const cases = Object.entries(specs).flatMap(([spec, design]) =>
  Object.entries(parts).map(([part, make]) => [spec, part, () => make(native(design))] as const),
);

// UPDATE_GOLDEN=1 npx vitest run --project pure test/backends writes the files anew: read the difference before you commit it.
test.each(cases)('%s/%s.yaml is what is rendered', async (spec, part, make) => {
  const objects = make().filter((one) => one !== undefined);
  const text = objects
    .map((one) => stringify(withoutScripts(one), { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
  const file = golden(`${spec}/${part}.yaml`);
  if (process.env['UPDATE_GOLDEN']) {
    await mkdir(golden(spec), { recursive: true });
    await writeFile(file, text);
  }
  expect(text).toBe(await readFile(file, 'utf8'));
});

test.each(Object.keys(specs))('there is no golden file of %s that nothing renders', async (spec) => {
  const files = await readdir(golden(spec));
  expect(files.sort()).toEqual(
    Object.keys(parts)
      .map((part) => `${part}.yaml`)
      .sort(),
  );
});

test.each(Object.entries(specs))('the parts of %s together are all that is rendered', (_spec, design) => {
  const inParts = Object.values(parts).flatMap((make) =>
    make(native(design)).filter((one) => one !== undefined),
  );
  expect(inParts.map(objectKey).sort()).toEqual(rendered(design).map(objectKey).sort());
});
