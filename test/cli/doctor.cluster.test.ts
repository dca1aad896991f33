import { copyFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen, type Listening } from '../../demo/listen.ts';
import { startSlack, type Slack } from '../../demo/slack/slack.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { kinds } from '../../src/model/kinds.ts';
import { createTools } from '../../src/operator/tools.ts';
import { aCondition } from '../support/builders.ts';
import { aClusterForAll } from '../support/product/cluster.ts';
import { GitHost } from '../support/product/git-host.ts';
import {
  aDagRepository,
  aHandMadePreview,
  aNamespace,
  aSecret,
  CHANNEL,
  READER,
  secretNames,
  secretsIn,
  SLACK_TOKEN,
  withCredentials,
  withSlack,
} from '../support/product/manifests.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import type { KubeObject } from '../../src/model/object.ts';

const NAMESPACE = 'team';
const cluster = aClusterForAll('doctor', [aNamespace(NAMESPACE), ...secretsIn(NAMESPACE)]);
let git: GitHost;
let slack: Slack;
let gateway: Listening;
let answer = 200;

beforeAll(async () => {
  git = await GitHost.start(cluster().folder, [READER]);
  await git.push('feature/a', 'fix/b');
  slack = await startSlack({ token: SLACK_TOKEN, channels: new Map([[CHANNEL, 'dags']]) });
  gateway = await listen(
    createServer((_request, response) => response.writeHead(answer).end()),
    '127.0.0.1',
    0,
  );
  await cluster().admin.create(repositoryAs({}));
  const node = await cluster().admin.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } });
  const images = [{ names: null }, { names: ['docker.io/library/postgres:17'] }];
  await cluster().admin.patch(
    { kind: kinds.Node, name: node.metadata.name },
    { status: { images } },
    { fieldManager: 'the-test', subresource: 'status' },
  );
});
afterAll(() => Promise.all([git.stop(), slack.stop(), gateway.stop()]));
beforeEach(() => {
  answer = 200;
  git.mood = 'well';
});

const repositoryAs = (spec: Record<string, unknown>) =>
  aDagRepository({
    namespace: NAMESPACE,
    gitUrl: git.url,
    spec: { ...withSlack, ...withCredentials, url: { base: gateway.url }, ...spec },
  });

/** Everything well: what each broken world is made of. */
async function wellWorld() {
  const { admin, kubectl } = cluster();
  await kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: secretsIn(NAMESPACE) });
  const { credentialsSecretRef } = withCredentials;
  await spec({
    credentialsSecretRef,
    git: { url: git.url },
    url: { base: gateway.url },
    notify: withSlack.notify,
  });
  await applied({});
  await conditions('True', 'Ready', 'The git host answers.');
  return admin;
}

const spec = (parts: object) =>
  cluster().admin.patch(
    { kind: kinds.DagRepository, namespace: NAMESPACE, name: 'dags' },
    { spec: parts },
    { fieldManager: 'the-test' },
  );

const conditions = (status: string, reason: string, message: string) =>
  cluster().admin.patch(
    { kind: kinds.DagRepository, namespace: NAMESPACE, name: 'dags' },
    {
      status: {
        conditions: [
          {
            ...aCondition({ type: 'Ready' }),
            status,
            reason,
            message,
            lastTransitionTime: '2026-11-20T10:00:00Z',
          },
        ],
      },
    },
    { fieldManager: 'the-test', subresource: 'status' },
  );

const applied = (manifest: object) =>
  cluster().admin.patch(
    { kind: kinds.DagRepository, namespace: NAMESPACE, name: 'dags' },
    {
      metadata: {
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest) },
      },
    },
    { fieldManager: 'the-test' },
  );

const secret = (...[name, data, use]: [string, Record<string, string>, Parameters<typeof aSecret>[3]?]) =>
  cluster().kubectl(['replace', '-f', '-'], aSecret(NAMESPACE, name, data, use));

async function examined(kubeconfig = cluster().sandbox.kubeconfig) {
  const flags = () => ({ kubeconfig, slackApiUrl: slack.apiUrl });
  const tools = createTools({ environment: {}, flags });
  const { out = '', exitCode } = await doctor.run(tools, [], { json: true });
  const groups = JSON.parse(out) as { about: string; findings: Finding[] }[];
  const of = (level: Finding['level']) =>
    groups.flatMap(({ findings }) => findings.filter((one) => one.level === level).map(({ what }) => what));
  return { exitCode, wrong: of('wrong'), unknown: of('unknown'), well: of('well'), groups };
}

test('a world that is well has nothing wrong, and says what it cannot tell', async () => {
  await wellWorld();
  const { exitCode, wrong, well, unknown, groups } = await examined();
  expect(wrong).toEqual([]);
  expect(exitCode).toBe(0);
  expect(groups.map(({ about }) => about)).toEqual(['This machine', 'Cluster', 'DagRepository team/dags']);
  expect(well).toEqual([
    expect.stringMatching(/^Node 2\d\./),
    expect.stringMatching(/^Kubernetes v1\.\d+\.\d+ at https:/),
    'CRD dagrepositories.offshoot.dev matches this version',
    'CRD previews.offshoot.dev matches this version',
    'ClusterRole offshoot grants every permission that Offshoot needs',
    'it is bound to User offshoot',
    'you have every permission that Offshoot needs',
    'image postgres:17 is on a node',
    'Offshoot says Ready',
    'Secret dags-webhook holds the webhook key',
    'the git host answers from here: 3 branches, of which 1 match',
    `Slack accepts the token and knows channel ${CHANNEL}`,
    `${gateway.url} answers from here`,
  ]);
  expect(unknown.join('\n')).toMatch(/NetworkPolicies/);
  expect(unknown.join('\n')).toMatch(/image apache\/airflow:3\.3\.2 is on no node yet/);
});

test('for a person it is a list with a mark for each finding, and what to do below', async () => {
  await wellWorld();
  await secret(secretNames.webhook, { previous: 'x' });
  const flags = () => ({ kubeconfig: cluster().sandbox.kubeconfig, slackApiUrl: slack.apiUrl });
  const { out, exitCode } = await doctor.run(createTools({ environment: {}, flags }), [], {});
  expect(exitCode).toBe(1);
  expect(out).toContain(
    '  ✗ Secret dags-webhook lacks the key current\n      Set it to the secret that the code host signs deliveries with.\n',
  );
  expect(out).toMatch(/^This machine\n {2}✓ Node .*\n\nCluster\n {2}✓ Kubernetes/);
});

const noConditions = () =>
  cluster().admin.patch(
    { kind: kinds.DagRepository, namespace: NAMESPACE, name: 'dags' },
    { status: { conditions: [] } },
    { fieldManager: 'the-test', subresource: 'status' },
  );

const broken: [what: string, breakIt: () => Promise<unknown>, wrong: RegExp][] = [
  [
    'what Offshoot itself has found',
    () => conditions('Unknown', 'GitUnreachable', 'The host is silent.'),
    /GitUnreachable: The host is silent/,
  ],
  ['that no Offshoot runs', noConditions, /Offshoot has not seen it yet/],
  [
    'a webhook Secret without key',
    () => secret(secretNames.webhook, { other: 'x' }),
    /dags-webhook lacks the key current/,
  ],
  [
    'no credentials at all',
    () => secret(secretNames.credentials, { nothing: 'x' }),
    /dags-credentials lacks the key token/,
  ],
  [
    'F5: a webhook Secret that is not labelled',
    () => secret(secretNames.webhook, { current: 'x' }, 'none'),
    /^webhook: Secret dags-webhook in namespace team lacks the label .* run: kubectl label secret dags-webhook --namespace team offshoot\.dev\/use=webhook$/,
  ],
  [
    'F5: credentials that are not labelled for git',
    () => secret(secretNames.credentials, { username: 'reader', password: 'x' }, 'webhook'),
    /^git host: Secret dags-credentials in namespace team is not labelled offshoot\.dev\/use=git but for another use,.* offshoot\.dev\/use=git --overwrite$/,
  ],
  [
    'F5: a Slack Secret that is not labelled',
    () => secret(secretNames.slack, { token: SLACK_TOKEN }, 'none'),
    /^Slack: Secret slack in namespace team lacks the label .* offshoot\.dev\/use=slack$/,
  ],
  [
    'wrong credentials',
    () => secret(secretNames.credentials, { username: 'reader', password: 'x' }),
    /the git host, contacted from here: .*refused/,
  ],
  [
    'credentials that may write',
    () => spec({ credentialsSecretRef: { readOnly: false } }),
    /previews do not get the credentials in Secret dags-credentials/,
  ],
  [
    'a git host that is down',
    async () => (git.mood = 'down'),
    /the git host, contacted from here: .*cannot be reached/,
  ],
  [
    'a refused Slack token',
    () => secret(secretNames.slack, { token: 'xoxb-no' }),
    /Slack rejected the bot token \(invalid_auth\)/,
  ],
  [
    'a Slack channel that is not there',
    () => spec({ notify: { slack: { channel: 'C0NOTHERE' } } }),
    /no channel C0NOTHERE for this bot/,
  ],
  [
    'a Slack Secret without token',
    () => secret(secretNames.slack, { other: 'x' }),
    /Secret slack lacks the key token/,
  ],
  [
    'a Slack Secret that is not there',
    () => spec({ notify: { slack: { secretRef: { name: 'gone' } } } }),
    /Secret gone does not exist/,
  ],
  [
    'a field that was applied and dropped',
    () => applied({ spec: { airflow: { resources: {} } } }),
    /^unknown field spec\.airflow\.resources: it was applied, and dropped by the API server$/,
  ],
  ['a gateway that fails', async () => (answer = 502), /answers 502/],
  ['F22: a gateway that does not know the host', async () => (answer = 404), /answers 404/],
  [
    'a gateway that is nowhere',
    () => spec({ url: { base: 'http://127.0.0.1:1' } }),
    /127\.0\.0\.1:1 does not answer from here: .*ECONNREFUSED/,
  ],
];

test.for(broken)('%s is what is wrong, and nothing else is', async ([, breakIt, expected]) => {
  await wellWorld();
  await breakIt();
  const { wrong, exitCode } = await examined();
  expect(wrong).toEqual([expect.stringMatching(expected)]);
  expect(exitCode).toBe(1);
});

test('an image that a preview could not pull is wrong', async () => {
  const admin = await wellWorld();
  await admin.create(aHandMadePreview(NAMESPACE, 'mine', 'fix/b'));
  const message = 'Cannot pull image apache/airflow:3.3.2 (container airflow).';
  const said = aCondition({ type: 'Ready', reason: 'ImagePullFailed', message });
  await admin.patch(
    { kind: kinds.Preview, namespace: NAMESPACE, name: 'mine' },
    { status: { conditions: [{ ...said, lastTransitionTime: '2026-11-20T10:00:00Z' }] } },
    { fieldManager: 'the-test', subresource: 'status' },
  );
  expect((await examined()).wrong).toEqual([message]);
  await admin.delete({ kind: kinds.Preview, namespace: NAMESPACE, name: 'mine' });
});

test('as Offshoot’s own identity, what it may not look at is unknown and not wrong', async () => {
  await wellWorld();
  const { wrong, unknown, well } = await examined(cluster().identity);
  expect(wrong).toEqual([]);
  expect(well).toContain('you have every permission that Offshoot needs');
  expect(unknown).toContain('ClusterRole offshoot: you do not have permission to read this');
});

test('a user without rights is told which, and that Offshoot cannot run so', async () => {
  const { wrong, exitCode } = await examined(await cluster().sandbox.issueKubeconfig('nobody'));
  expect(exitCode).toBe(1);
  expect(wrong).toEqual([
    expect.stringMatching(
      /^you lack permission to: list, watch, patch dagrepositories\.offshoot\.dev;.*secrets/,
    ),
  ]);
});

test('a role that lacks a rule, and a binding that is not there', async () => {
  const { admin, kubectl } = cluster();
  await wellWorld();
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/offshoot';
  const role = (await admin.raw('GET', path)) as KubeObject & { rules: { resources: string[] }[] };
  const rules = role.rules.filter(({ resources }) => !resources.includes('networkpolicies'));
  await kubectl(['apply', '-f', '-'], { ...role, metadata: { name: 'offshoot' }, rules });
  await kubectl(['delete', 'clusterrolebinding', 'offshoot-under-test']);
  const { wrong } = await examined();
  expect(wrong).toEqual([
    'ClusterRole offshoot lacks: get, list, watch, create, patch, delete networkpolicies.networking.k8s.io',
    'it is not bound to anything',
  ]);
  await kubectl(['delete', 'clusterrole', 'offshoot']);
  expect((await examined()).wrong).toEqual(['ClusterRole offshoot does not exist']);
});

test('kinds of another version, and kinds that are not there', async () => {
  const { kubectl } = cluster();
  const path = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/description';
  const patch = JSON.stringify([{ op: 'add', path, value: 'as it was before' }]);
  await kubectl(['patch', 'crd', 'previews.offshoot.dev', '--type=json', '--patch', patch]);
  await kubectl(['delete', 'crd', 'dagrepositories.offshoot.dev', '--timeout=60s']);
  const { wrong, groups } = await examined();
  expect(wrong).toEqual(
    expect.arrayContaining([
      'CRD dagrepositories.offshoot.dev is not installed',
      'CRD previews.offshoot.dev belongs to another version of Offshoot',
    ]),
  );
  expect(
    groups.flatMap(({ findings }) => findings).find(({ what }) => what.includes('not installed'))?.todo,
  ).toContain('helm/offshoot/crd');
});

test('a cluster that does not answer is the one thing that is wrong', async () => {
  const kubeconfig = join(cluster().folder, 'of-a-cluster-that-was');
  await copyFile(cluster().sandbox.kubeconfig, kubeconfig);
  await cluster().sandbox.down();
  const { wrong, exitCode } = await examined(kubeconfig);
  expect(wrong).toEqual([expect.stringMatching(/no answer from the API server.*--context/)]);
  expect(exitCode).toBe(1);
});
