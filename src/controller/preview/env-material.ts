import { AIRFLOW_ENV, fromSecrets } from '../../model/airflow-env.ts';
import { label } from '../../model/labels.ts';
import { Problem } from '../../model/problem.ts';
import type { ReadSecret } from '../../model/secret-use.ts';
import type { MaterialSource } from './material-source.ts';

/** What `spec.airflow.env` takes from Secrets: of each only the keys that it names. */
export const envMaterial =
  (readSecret: ReadSecret): MaterialSource =>
  ({ metadata: { namespace = '' }, spec }) => {
    const wanted = fromSecrets(spec.airflow.env);
    if (wanted.length === 0) return undefined;
    return {
      secret: AIRFLOW_ENV,
      part: 'airflow',
      restarts: true,
      async gather() {
        const values = wanted.map(
          async (one) => [one.variable, await valueOf(readSecret, namespace, one)] as const,
        );
        return { values: Object.fromEntries(await Promise.all(values)) };
      },
    };
  };

type Wanted = ReturnType<typeof fromSecrets>[number];

async function valueOf(readSecret: ReadSecret, namespace: string, { variable, secret: name, key }: Wanted) {
  const secret = `Secret ${name} in namespace ${namespace}`;
  const missing = (what: string, remedy: string) =>
    new Problem('SecretMissing', `${what}, which spec.airflow.env names for ${variable}. ${remedy}`);
  const data = await readSecret({ namespace, name, use: 'env' });
  if (!data)
    throw missing(`There is no ${secret}`, `Create it with the key ${key}, and label it ${label.use}=env.`);
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined)
    throw missing(`${secret} lacks the key ${key}`, 'Add the key, or correct spec.airflow.env.');
  // What is not UTF-8 has been decoded to the latter.
  if (/[\0\uFFFD]/.test(value))
    throw missing(
      `${secret} holds binary data under the key ${key}`,
      'An environment variable can hold only text.',
    );
  return value;
}
