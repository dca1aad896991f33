import { z } from 'zod';
import { textLike } from './schema-parts.ts';

const INSIDE = 'must be a path inside the repository, such as dags';
const NO_COLON = 'must not contain a colon, which separates the folders of PYTHONPATH';

/** A folder of the repository, relative to its root. */
const folder = (...further: { rule: string; message: string }[]) =>
  textLike(
    /^([^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*)?$/,
    INSIDE,
    { rule: "!self.split('/').exists(p, p == '..')", message: INSIDE },
    ...further,
  )
    .max(500)
    .refine((path) => !path.split('/').includes('..'), INSIDE);

/** Where the repository keeps what Airflow imports. */
export const code = z.object({
  dagsFolder: folder()
    .default('dags')
    .describe('The folder in the repository that holds the DAGs; "." is its root.'),
  pluginsFolder: folder()
    .min(1)
    .optional()
    .describe('The folder in the repository that holds plugins of Airflow, such as plugins.'),
  pythonPath: z
    .array(
      folder({ rule: "!self.contains(':')", message: NO_COLON }).refine(
        (path) => !path.includes(':'),
        NO_COLON,
      ),
    )
    .max(10)
    .default(['.'])
    .describe(
      'The folders in the repository that PYTHONPATH consists of; "." is its root. Python looks there before it looks at installed packages. The DAG folder need not be named: Airflow adds it, after installed packages.',
    ),
});
