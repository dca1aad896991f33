import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { withSection } from './generated-section.ts';
import { reasonsTable } from './reasons-table.ts';
import { settingsTable } from './settings-table.ts';
import { customResourceDefinitions } from '../src/model/crd.ts';

/** Writes the CRDs where `kubectl apply -f` and the chart find them. A test fails when they are older than the schemas. */
for (const crd of customResourceDefinitions()) {
  const { name } = crd['metadata'] as { name: string };
  const file = new URL(`offshoot/crd/${name.split('.')[0]}.yaml`, import.meta.url);
  await writeFile(
    file,
    `# Generated from src/model by npm run generate.\n${stringify(crd, { lineWidth: 0 })}`,
  );
}

for (const [page, section, text] of [
  ['../README.md', 'settings', settingsTable()],
  ['../docs/conditions.md', 'reasons', reasonsTable()],
] as const) {
  const file = new URL(page, import.meta.url);
  await writeFile(file, withSection(await readFile(file, 'utf8'), section, text));
}
