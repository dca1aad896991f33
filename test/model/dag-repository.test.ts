import { expect, test } from 'vitest';
import { readDagRepository } from '../../src/model/dag-repository.ts';
import { aRawDagRepository, aSpec } from '../support/builders.ts';

const read = (spec: unknown) => readDagRepository(aRawDagRepository(spec));

test('two fields are enough; everything else has a default', () => {
  const result = read(aSpec());
  expect(result).toMatchObject({
    ok: true,
    repository: {
      spec: {
        branches: { include: ['feature/**'], exclude: [] },
        resyncInterval: '2m',
        code: { dagsFolder: 'dags', pythonPath: ['.'] },
        airflow: { version: '3.3.2', image: 'apache/airflow:3.3.2', runSchedules: 'none', config: {} },
        quota: {
          'requests.cpu': '8',
          'requests.memory': '16Gi',
          'limits.memory': '65Gi',
          'limits.ephemeral-storage': '450Gi',
          pods: '60',
        },
        database: { image: 'postgres:17', storage: 'ephemeral' },
        url: { style: 'path' },
        notify: {},
      },
    },
  });
});

test.each<[what: string, spec: unknown, said: RegExp]>([
  ['no spec at all', undefined, /→ at url/],
  ['a spec that is a text', 'x', /expected object/],
  ['neither git nor github', { ...aSpec(), git: undefined }, /set exactly one of git and github/],
  ['both of them', aSpec({ github: { owner: 'acme', name: 'dags' } }), /set exactly one of git and github/],
  [
    'a GitHub that is a page',
    aSpec({ git: undefined, github: { owner: 'acme', name: 'dags', apiUrl: 'https://github.com' } }),
    /must be https:\/\/HOST\/api\/v3.*→ at github\.apiUrl/,
  ],
  [
    'an owner with the name in it',
    aSpec({ git: undefined, github: { owner: 'acme/dags', name: 'dags' } }),
    /must be a GitHub user or organization.*→ at github\.owner/,
  ],
  [
    'a repository called ..',
    aSpec({ git: undefined, github: { owner: 'a', name: '..' } }),
    /→ at github\.name/,
  ],
  [
    'a repository with its suffix',
    aSpec({ git: undefined, github: { owner: 'a', name: 'dags.git' } }),
    /must not end in \.git → at github\.name/,
  ],
  ['a local path', aSpec({ git: { url: '/srv/dags' } }), /must be ssh:.*→ at git\.url/],
  [
    'a password in the URL',
    aSpec({ git: { url: 'https://dana:secret@h/x' } }),
    /must not contain a password.*→ at git\.url/,
  ],
  [
    'a token as the user of the URL',
    aSpec({ git: { url: 'https://ghp_secret@h/x' } }),
    /must not contain a password or token.*→ at git\.url/,
  ],
  [
    'a port that cannot be',
    aSpec({ git: { url: 'https://h:99999/x' } }),
    /must have a valid host name and port → at git\.url/,
  ],
  [
    'a pattern that cannot be read',
    aSpec({ branches: { include: ['feature/**', '[z-a]'] } }),
    /"\[z-a\]" is not a branch pattern.*→ at branches\.include\[1\]/,
  ],
  ['no pattern', aSpec({ branches: { include: [] } }), /→ at branches\.include/],
  [
    'a duration without unit',
    aSpec({ resyncInterval: '2' }),
    /must be a duration such as 90s, 2m or 1h30m → at resyncInterval/,
  ],
  [
    'Airflow 2',
    aSpec({ airflow: { version: '2.11.2' } }),
    /must be an Airflow 3 version such as 3\.3\.2 → at airflow\.version/,
  ],
  [
    'an unknown switch',
    aSpec({ airflow: { runSchedules: 'some' as never } }),
    /"none"\|"all".*→ at airflow\.runSchedules/,
  ],
  ['an absolute DAG folder', aSpec({ code: { dagsFolder: '/etc' } }), /inside.*→ at code\.dagsFolder/],
  [
    'a plugins folder outside',
    aSpec({ code: { pluginsFolder: 'a/../../b' } }),
    /must be a path inside the repository, such as dags → at code\.pluginsFolder/,
  ],
  [
    'a folder with a line break',
    aSpec({ code: { pythonPath: ['.', 'a\nb'] } }),
    /must be a path inside the repository.*→ at code\.pythonPath\[1\]/,
  ],
  [
    'two folders in one',
    aSpec({ code: { pythonPath: ['src:lib'] } }),
    /must not contain a colon.*→ at code\.pythonPath\[0\]/,
  ],
  ['a URL with a path', aSpec({ url: { base: 'https://h/x' } }), /must be an origin.*→ at url\.base/],
  ['a base that is no URL', aSpec({ url: { base: 'https://[' } }), /host name.*→ at url\.base/],
  [
    'a Secret name that cannot be',
    aSpec({ webhookSecretRef: { name: 'Dags_Webhook' } }),
    /→ at webhookSecretRef\.name/,
  ],
])('%s is refused with one line that names field and remedy', (_what, spec, said) => {
  const result = read(spec);
  expect(result.ok).toBe(false);
  const message = result.ok ? '' : result.message;
  expect(message).toMatch(said);
  expect(message).not.toContain('\n');
  expect(message).not.toContain('secret@');
});

test('every wrong field is named, not only the first', () => {
  const result = read(aSpec({ git: { url: 'x' }, url: { base: 'y' }, resyncInterval: 'z' }));
  const message = result.ok ? '' : result.message;
  for (const field of ['git.url', 'url.base', 'resyncInterval']) expect(message).toContain(field);
});

test('F4: a wrong value under a key of a million spaces is refused in no time and in few words', () => {
  const config = { [' '.repeat(1_000_000)]: { parallelism: 2 ** 60 } };
  const result = read(aSpec({ airflow: { config } }));
  expect(result.ok).toBe(false);
  expect(result.ok ? '' : result.message).toMatch(/^✖ Too big: expected int/);
  expect(result.ok ? '' : result.message.length).toBeLessThan(5_000);
});

test('a field that we do not know is left out, not refused: kubectl has refused it already', () => {
  const result = read({ ...aSpec(), futureField: 1 });
  expect(result.ok && 'futureField' in result.repository.spec).toBe(false);
});

test('hostile keys in free maps stay keys', () => {
  const config = JSON.parse('{"__proto__": {"polluted": "yes"}, "core": {"parallelism": 8}}') as never;
  const result = read(aSpec({ airflow: { config } }));
  expect(result.ok).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
