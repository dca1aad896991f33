import { expect, test } from 'vitest';
import { envMaterial } from '../../src/controller/preview/env-material.ts';
import { textOf } from '../../src/model/problem.ts';
import { openSecret } from '../../src/model/secret-use.ts';
import { aDagRepository, aDesign } from '../support/builders.ts';
import type { ReadSecret } from '../../src/model/secret-use.ts';

const from = (variable: string, name: string, key: string) => ({
  name: variable,
  valueFrom: { secretKeyRef: { name, key } },
});

/** Secrets beside the DagRepository, by name; those labelled for something else say so. */
const secrets: Record<string, { use?: string; data: Record<string, string> }> = {
  warehouse: { use: 'env', data: { uri: 'postgresql://w', owner: 'dana' } },
  mail: { use: 'env', data: { password: 'of the mail', raw: '\uFFFDx' } },
  bare: { data: { uri: 'x' } },
};
const readSecret: ReadSecret = async (wanted) => {
  const { name, namespace } = wanted;
  const found = namespace === 'offshoot' ? secrets[name] : undefined;
  const data: Record<string, string> = {};
  for (const [key, text] of Object.entries(found?.data ?? {}))
    data[key] = Buffer.from(text).toString('base64');
  const labels = found?.use && { 'offshoot.dev/use': found.use };
  const metadata = { name, namespace, ...(labels && { labels }) };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data };
  return openSecret(found && secret, wanted);
};

const needed = (...env: { name: string; value?: string }[]) => {
  const repository = aDagRepository({ airflow: { env } });
  return envMaterial(readSecret)(repository, aDesign({ repository }));
};

test('without variables from Secrets, nothing is needed', () => {
  expect(needed()).toBeUndefined();
  expect(needed({ name: 'A', value: 'plain' })).toBeUndefined();
});

test('of each Secret only the keys that are named are given, under the names of their variables; they restart Airflow', async () => {
  const material = needed(
    from('AIRFLOW_CONN_WAREHOUSE', 'warehouse', 'uri'),
    { name: 'STAGE', value: 'preview' },
    from('MAIL', 'mail', 'password'),
    from('MAIL_AGAIN', 'mail', 'password'),
  );
  expect(material).toMatchObject({ secret: 'airflow-env', part: 'airflow', restarts: true });
  expect(await material?.gather()).toEqual({
    values: { AIRFLOW_CONN_WAREHOUSE: 'postgresql://w', MAIL: 'of the mail', MAIL_AGAIN: 'of the mail' },
  });
});

test.each([
  [
    'Secret',
    from('A', 'nowhere', 'x'),
    'SecretMissing',
    'There is no Secret nowhere in namespace offshoot, which spec.airflow.env names for A. Create it with the key x, and label it offshoot.dev/use=env.',
  ],
  [
    'key',
    from('A', 'warehouse', 'url'),
    'SecretMissing',
    'Secret warehouse in namespace offshoot lacks the key url, which spec.airflow.env names for A. Add the key, or correct spec.airflow.env.',
  ],
  ['key of its own', from('A', 'warehouse', 'constructor'), 'SecretMissing', 'lacks the key constructor'],
  ['text', from('A', 'mail', 'raw'), 'SecretMissing', 'holds binary data under the key raw'],
  [
    'label',
    from('A', 'bare', 'uri'),
    'SecretNotForOffshoot',
    'run: kubectl label secret bare --namespace offshoot offshoot.dev/use=env',
  ],
])('no %s: nothing is given, and the sentence says what to do', async (_what, missing, reason, sentence) => {
  const material = needed(from('MAIL', 'mail', 'password'), missing);
  const error: unknown = await material?.gather().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason });
  expect(textOf(error)).toContain(sentence);
});
