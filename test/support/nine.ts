import { z } from 'zod';
import type { Dialect } from '../../src/airflow/api.ts';

const health = z.object({ parts: z.record(z.string(), z.boolean()) });
const errors = z.array(z.string()).transform((files) => ({
  total: files.length,
  first: files.map((file) => ({ file, message: 'broken', timedOut: false })),
}));

/** A generation of Airflow that never was. Nothing in it is as in any other: that is what proves that nobody but a dialect knows. */
export const nine: Dialect = {
  versions: '9.x',
  handles: (version) => version.startsWith('9.'),
  // The brain imports DAGs and talks to Kubernetes; the window does neither.
  parts: [
    { name: 'window', command: ['show', '--all'], serves: true },
    { name: 'brain', command: ['think'], importsDags: true, usesKubernetes: true },
  ],
  migrate: ['tables', 'create'],
  generation: 'SHARED = []\nOWN = {}\n\n\ndef has_schema():\n    return False\n',
  decidesSchema: ['AIRFLOW__TABLES__EXTRA'],
  defaults: ({ branch }) => ({ AIRFLOW__WINDOW__TITLE: branch }),
  everywhere: (_design, { dagsFolder }) => ({ AIRFLOW__BRAIN__LIBRARY: dagsFolder }),
  ofParts: ({ url }) => ({ AIRFLOW__WINDOW__URL: url, AIRFLOW__WINDOW__KEY: { secret: 'api-secret-key' } }),
  // Unlike those of 3.x, its tasks write into the database themselves.
  ofTasks: () => ({ AIRFLOW__TABLES__URL: { secret: 'database-url' } }),
  refused: (config, writable) =>
    config['window']?.['pane'] === writable[0] ? ['spec.airflow.config: [window] pane cannot be set.'] : [],
  servingPath: '/window',
  health: {
    path: '/pulse',
    read(body) {
      const answer = health.safeParse(body).data;
      const { window = false, brain = false } = answer?.parts ?? {};
      const waitingFor = Object.entries({ window, brain }).flatMap(([name, beats]) => (beats ? [] : [name]));
      return { answers: answer !== undefined, waitingFor };
    },
  },
  importErrors: { path: '/broken', read: (body) => errors.safeParse(body).data },
  authorization: (secret) => ({ 'x-key': secret }),
  cookie: 'pane',
  issued: (secret, token) => secret === token,
};
