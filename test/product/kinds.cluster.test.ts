import { expect, test } from 'vitest';
import { kinds } from '../../src/model/kinds.ts';
import { aHandMadePreview, aDagRepository, aNamespace } from '../support/product/manifests.ts';
import { aClusterForAll } from '../support/product/cluster.ts';
import type { KubeObject } from '../../src/model/object.ts';

const cluster = aClusterForAll('kinds', [aNamespace('team')]);
const namespace = 'team';
const valid = aDagRepository({ namespace, gitUrl: 'https://git.example.com/dags.git' });

/** `kubectl apply` of an object; what it printed, or what it complained of. */
const apply = (object: object) =>
  cluster()
    .kubectl(['apply', '-f', '-'], object)
    .catch((error: Error) => error.message);

const withSpec = (change: (spec: Record<string, unknown>) => void): KubeObject => {
  const object = structuredClone(valid);
  change(object['spec'] as Record<string, unknown>);
  return object;
};

test('a DagRepository with the least one has to say is taken, and the API server fills in the rest', async () => {
  const least = withSpec((spec) => delete spec['resyncInterval']);
  expect(await apply(least)).toContain('dagrepository.offshoot.dev/dags created');
  const made = await cluster().admin.get({ kind: kinds.DagRepository, namespace, name: 'dags' });
  expect(made?.['spec']).toEqual({
    git: { url: 'https://git.example.com/dags.git' },
    webhookSecretRef: { name: 'dags-webhook' },
    branches: { include: ['feature/**'], exclude: [] },
    resyncInterval: '2m',
    code: { dagsFolder: 'dags', pythonPath: ['.'] },
    maxPreviews: 20,
    suspend: false,
    airflow: {
      version: '3.3.2',
      image: 'apache/airflow:3.3.2',
      parts: 'together',
      runSchedules: 'none',
      config: {},
      env: [],
    },
    quota: {
      'requests.cpu': '8',
      'requests.memory': '16Gi',
      'limits.memory': '65Gi',
      'limits.ephemeral-storage': '450Gi',
      pods: '60',
    },
    database: { image: 'postgres:17', storage: 'ephemeral' },
    url: { base: 'http://airflow.example.com', style: 'path' },
    notify: {},
  });
});

const github = (value: object) => (spec: Record<string, unknown>) => {
  delete spec['git'];
  spec['github'] = value;
};

type Wrong = [string, (spec: Record<string, unknown>) => void, RegExp];
const gitUrl = (url: string, sentence: RegExp): Wrong => [
  `F19: the git URL ${url}`,
  (spec) => (spec['git'] = { url }),
  sentence,
];
const A_DASH =
  /user, host and path must not begin with a dash, and the host must be a name, an IPv4 address in dotted decimal/;
const METADATA =
  /must not be a link-local, unspecified or cloud metadata address, such as 169\.254\.169\.254/;

const wrong: readonly Wrong[] = [
  ['no git host', (spec) => delete spec['git'], /set exactly one of git and github/],
  [
    'two git hosts',
    (spec) => (spec['github'] = { owner: 'acme', name: 'dags' }),
    /set exactly one of git and github/,
  ],
  ['a GitHub without repository', github({ owner: 'acme' }), /spec\.github\.name: Required value/],
  [
    'an owner that is a path',
    github({ owner: 'a/b', name: 'dags' }),
    /must be a GitHub user or organization/,
  ],
  [
    'a repository called ..',
    github({ owner: 'acme', name: '..' }),
    /must be the name of the repository alone/,
  ],
  ['a repository with its suffix', github({ owner: 'acme', name: 'dags.git' }), /must not end in \.git/],
  [
    'a page as apiUrl',
    github({ owner: 'acme', name: 'dags', apiUrl: 'https://github.example.com' }),
    /must be https:\/\/HOST\/api\/v3/,
  ],
  [
    'a local path',
    (spec) => (spec['git'] = { url: '/srv/dags.git' }),
    /spec\.git\.url:.*must be ssh:\/\/…, user@host:path, https:\/\/…/,
  ],
  ['an option instead of a URL', (spec) => (spec['git'] = { url: '--upload-pack=evil' }), /must be ssh:/],
  ['another transport', (spec) => (spec['git'] = { url: 'ext::sh -c evil' }), /must be ssh:/],
  gitUrl('git@h:-x', A_DASH),
  gitUrl('git@h:--upload-pack=id', A_DASH),
  gitUrl('https://h/-x', A_DASH),
  gitUrl('ssh://%2dx@h/x', A_DASH),
  gitUrl('http://0xa9fea9fe/x', A_DASH),
  gitUrl('https://169.254.169.254/x', METADATA),
  gitUrl('http://[::ffff:169.254.169.254]/x', METADATA),
  gitUrl('git@Metadata.google.internal:x', METADATA),
  [
    'F19: a GitHub at the metadata address',
    github({ owner: 'acme', name: 'dags', apiUrl: 'http://169.254.169.254/api/v3' }),
    METADATA,
  ],
  [
    'F4: more patterns than are compared with every branch',
    (spec) => (spec['branches'] = { include: Array.from({ length: 17 }, () => 'x'.repeat(250)) }),
    /the patterns of include and exclude must not exceed 4000 characters in total/,
  ],
  [
    'a password in the URL',
    (spec) => (spec['git'] = { url: 'https://me:secret@git.example.com/dags.git' }),
    /must not contain a password or token; put it into the Secret named by spec\.credentialsSecretRef/,
  ],
  [
    'a resync of 0',
    (spec) => (spec['resyncInterval'] = '0s'),
    /spec\.resyncInterval:.*must be between 5s and 24h/,
  ],
  ['a resync of a year', (spec) => (spec['resyncInterval'] = '8760h'), /must be between 5s and 24h/],
  ['a negative resync', (spec) => (spec['resyncInterval'] = '-2m'), /spec\.resyncInterval/],
  [
    'an absolute DAG folder',
    (spec) => (spec['code'] = { dagsFolder: '/etc' }),
    /must be a path inside the repository, such as dags/,
  ],
  [
    'a DAG folder outside',
    (spec) => (spec['code'] = { dagsFolder: 'dags/../../x' }),
    /must be a path inside the repository/,
  ],
  [
    'a plugins folder with a control character',
    (spec) => (spec['code'] = { pluginsFolder: 'plugins\u0007' }),
    /spec\.code\.pluginsFolder:.*must be a path inside the repository/,
  ],
  [
    'two folders of PYTHONPATH in one',
    (spec) => (spec['code'] = { pythonPath: ['src:lib'] }),
    /spec\.code\.pythonPath\[0\]:.*must not contain a colon/,
  ],
  [
    'Airflow 2',
    (spec) => (spec['airflow'] = { version: '2.11.2' }),
    /must be an Airflow 3 version such as 3\.3\.2/,
  ],
  [
    'schedules neither none nor all',
    (spec) => (spec['airflow'] = { runSchedules: 'some' }),
    /Unsupported value: "some": supported values: "none", "all"/,
  ],
  [
    'a URL with a path',
    (spec) => (spec['url'] = { base: 'https://airflow.example.com/x' }),
    /must be an origin such as https:\/\/airflow\.example\.com, without a path/,
  ],
  [
    'no branch pattern',
    (spec) => (spec['branches'] = { include: [] }),
    /spec\.branches\.include.*at least 1/,
  ],
  ['a number of a wrong kind', (spec) => (spec['quota'] = { pods: true }), /spec\.quota\.pods/],
  [
    'a Secret’s name in capitals',
    (spec) => (spec['webhookSecretRef'] = { name: 'Dags' }),
    /spec\.webhookSecretRef\.name/,
  ],
  ...(
    [
      ['an illegal name', [{ name: '1st', value: 'x' }], /must consist of letters, digits and _/],
      [
        'an option of airflow.cfg',
        [{ name: 'AIRFLOW__CORE__EXECUTOR', value: 'x' }],
        /spec\.airflow\.env\[0\]\.name:.*are options of airflow\.cfg; set them in spec\.airflow\.config/,
      ],
      ['a name of our own', [{ name: 'PATH', value: 'x' }], /is set by Offshoot, Kubernetes or the image/],
      ['a null character', [{ name: 'A', value: 'a\0b' }], /must not contain a null character/],
      ['no value', [{ name: 'A' }], /set exactly one of value and valueFrom/],
      ['a name twice', ['x', 'y'].map((value) => ({ name: 'A', value })), /env\[1\]: Duplicate value/],
      [
        'too much in all',
        Array.from({ length: 20 }, (_, at) => ({ name: `A${at}`, value: 'x'.repeat(4_000) })),
        /the values must not exceed 60000 characters in total/,
      ],
      ['another source', [{ name: 'A', valueFrom: { fieldRef: {} } }], /unknown field .*fieldRef/],
    ] as const
  ).map(([what, env, sentence]): Wrong => [
    `variables of which one has ${what}`,
    (spec) => (spec['airflow'] = { env }),
    sentence,
  ]),
  ['a field misspelt', (spec) => (spec['resyncIntervall'] = '2m'), /unknown field "spec\.resyncIntervall"/],
  [
    'a field misspelt deep inside',
    (spec) => (spec['airflow'] = { imge: 'x' }),
    /unknown field "spec\.airflow\.imge"/,
  ],
];

test.for(wrong)(
  'kubectl apply refuses a DagRepository with %s, and says why',
  async ([, change, sentence]) => {
    const object = withSpec(change);
    object.metadata.name = 'wrong';
    expect(await apply(object)).toMatch(sentence);
    expect(
      await cluster().admin.get({ kind: kinds.DagRepository, namespace, name: 'wrong' }),
    ).toBeUndefined();
  },
);

const wrongPreviews: readonly [string, object, RegExp][] = [
  ['no branch', { repositoryRef: { name: 'dags' } }, /spec\.branch: Required value/],
  ['an empty branch', { repositoryRef: { name: 'dags' }, branch: '' }, /spec\.branch.*at least 1/],
  [
    'a full ref',
    { repositoryRef: { name: 'dags' }, branch: 'refs/heads/feature/x' },
    /must be the name of the branch alone, without refs\/heads\//,
  ],
  ...['a\0b', 'a\nb', 'a\x7fb'].map((branch): [string, object, RegExp] => [
    `a control character in its branch (F6: ${JSON.stringify(branch)})`,
    { repositoryRef: { name: 'dags' }, branch },
    /spec\.branch:.*must not contain control characters; git does not allow them in branch names/,
  ]),
  ['no DagRepository', { branch: 'feature/x' }, /spec\.repositoryRef: Required value/],
];

test.for(wrongPreviews)(
  'kubectl apply refuses a Preview with %s, and says why',
  async ([, spec, sentence]) => {
    expect(await apply({ ...aHandMadePreview(namespace, 'wrong', ''), spec })).toMatch(sentence);
  },
);

test.for([
  ['branch', { branch: 'feature/other' }],
  ['repositoryRef', { repositoryRef: { name: 'other' } }],
] as const)('spec.%s of a Preview cannot be changed', async ([field, change]) => {
  const { kubectl } = cluster();
  const mine = aHandMadePreview(namespace, `fixed-${field.toLowerCase()}`, 'feature/hardy');
  await kubectl(['apply', '-f', '-'], mine);
  expect(await apply({ ...mine, spec: { ...(mine['spec'] as object), ...change } })).toContain(
    `spec.${field} is immutable; delete the object and create a new one`,
  );
});

test('short names, the category and the columns a person looks at', async () => {
  const { kubectl } = cluster();
  await kubectl(['apply', '-f', '-'], aHandMadePreview(namespace, 'shown', 'feature/hardy'));
  const heads = async (...args: string[]) =>
    (await kubectl(['get', ...args, '--namespace', namespace]))
      .split('\n')[0]!
      .trim()
      .split(/\s{2,}/);
  expect(await heads('pvw')).toEqual(['NAME', 'BRANCH', 'READY', 'REASON', 'COMMIT', 'URL', 'AGE']);
  expect(await heads('previews', '--output=wide')).toContain('MESSAGE');
  expect(await heads('dagrepo')).toEqual(['NAME', 'READY', 'REASON', 'PREVIEWS', 'UPDATED', 'GIT', 'AGE']);
  expect(await kubectl(['get', 'offshoot', '--namespace', namespace, '--output=name'])).toMatch(
    /dagrepository\.offshoot\.dev\/dags[^]*preview\.offshoot\.dev\/shown/,
  );
  expect(await kubectl(['explain', 'dagrepositories.spec.credentialsSecretRef.readOnly'])).toContain(
    'cannot write',
  );
});

test('who may write a spec may not thereby write a status', async () => {
  const { kubectl, admin } = cluster();
  const forged = {
    ...aHandMadePreview(namespace, 'forged', 'feature/x'),
    status: { url: 'http://evil.example.com' },
  };
  await kubectl(['apply', '-f', '-'], forged);
  expect((await admin.get({ kind: kinds.Preview, namespace, name: 'forged' }))?.['status']).toBeUndefined();
});
