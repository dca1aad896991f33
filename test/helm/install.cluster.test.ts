import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectlFor, list, type Kubectl } from '../../demo/kubectl.ts';
import { leftOver } from '../../demo/oracle/left-over.ts';
import { settledSnapshot } from '../../demo/oracle/settled-snapshot.ts';
import { snapshot, type Identity } from '../../demo/oracle/snapshot.ts';
import { dagRepositoryManifest } from '../../demo/manifests.ts';
import { ensureHelm, up, type Sandbox } from '../../sandbox/api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CHART, EVERYTHING, helm, objectsIn, rendered, tryHelm } from './chart.ts';

let sandbox: Sandbox;
let kubectl: Kubectl;
let before: readonly Identity[];
const namespace = 'offshoot';

beforeAll(async () => {
  await ensureHelm((line) => console.error(line));
  sandbox = await up({ size: 'control-plane', name: `test-helm-${process.pid}` });
  kubectl = kubectlFor(sandbox.kubectl, sandbox.kubeconfig);
  await kubectl(['create', 'namespace', namespace]);
  before = await settledSnapshot(sandbox.kubeconfig, AbortSignal.timeout(60_000));
}, 1_800_000);

afterAll(() => sandbox.down(), 60_000);

const on = (): string[] => ['--kubeconfig', sandbox.kubeconfig, '--namespace', namespace];
const install = (...args: string[]): Promise<string> =>
  helm(['upgrade', '--install', ...args.slice(0, 1), CHART, ...on(), ...args.slice(1)]);
/** What the chart has made, as `<resource> <name>`, sorted; without what Kubernetes itself makes in answer. */
const made = async (): Promise<string[]> =>
  leftOver(before, await snapshot(sandbox.kubeconfig))
    .filter(({ resource }) => !/^(apiservices|endpoint|ipaddresses|replicasets|pods|secrets)/.test(resource))
    .map(({ resource, name }) => `${resource.split('.')[0]} ${name}`)
    .sort();

test.each(['off', 'no', 'true', 'null'])(
  'a real API server takes every object of a release called %s, whatever the values, without a warning',
  async (release) => {
    for (const values of [[], ['--values', EVERYTHING, '--set', 'metrics.podMonitor.enabled=false']]) {
      const objects = objectsIn(await rendered(release, values));
      const said = await kubectl(
        ['apply', '--dry-run=server', '--validate=strict', '--warnings-as-errors', '--filename', '-'],
        list(objects),
      );
      expect(said.trim().split('\n')).toHaveLength(objects.length);
    }
  },
);

test('an installation, an upgrade that brings a changed kind, and an uninstallation that keeps people’s objects', async () => {
  const notes = await install('no');
  expect(notes).toContain('kubectl --namespace offshoot apply --filename -');
  expect(await made()).toEqual([
    'clusterrolebindings no-offshoot',
    'clusterroles offshoot',
    'clusterroles offshoot-airflow',
    'clusterroles offshoot-worker',
    'customresourcedefinitions dagrepositories.offshoot.dev',
    'customresourcedefinitions previews.offshoot.dev',
    'deployments no-offshoot',
    'networkpolicies no-offshoot',
    'poddisruptionbudgets no-offshoot',
    'serviceaccounts no-offshoot',
    'services no-offshoot-gateway',
    'services no-offshoot-webhooks',
  ]);
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  const [, example] = /<<'END'\n([^]*)\nEND\n/.exec(notes) ?? [];
  const checked = ['--dry-run=server', '--validate=strict', '--namespace', namespace, '--filename', '-'];
  expect(await kubectl(['apply', ...checked], objectsIn(example ?? '')[0])).toContain('dags created');
  await kubectl(
    ['apply', '--filename', '-'],
    dagRepositoryManifest({ gitUrl: 'https://git.example.com/dags.git', urlBase: 'https://a.example.com' }),
  );

  const newer = join(await temporaryFolder(), 'offshoot');
  await cp(CHART, newer, { recursive: true });
  const crd = join(newer, 'crd', 'previews.yaml');
  await writeFile(crd, (await readFile(crd, 'utf8')).replace('- pvw', '- pvw\n      - shoot'));
  await helm(['upgrade', 'no', newer, ...on(), '--set', 'logLevel=debug']);
  expect(await kubectl(['api-resources', '--api-group=offshoot.dev', '--no-headers'])).toContain('pvw,shoot');
  expect(
    await kubectl(['get', 'deployment', 'no-offshoot', '--namespace', namespace, '--output=yaml']),
  ).toContain('value: debug');

  expect(await helm(['uninstall', 'no', ...on(), '--wait'])).toContain('kept due to the resource policy');
  const kinds = ['dagrepositories', 'previews'].map(
    (name) => `customresourcedefinitions ${name}.offshoot.dev`,
  );
  expect(await made()).toEqual([...kinds, 'dagrepositories dags'].sort());

  // The kinds still belong to the release `no`: one of another name must not take them by the way.
  const other = await tryHelm(['install', 'other', CHART, ...on()]);
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('must equal "other": current value is "no"');
  await install('other', '--set', 'crds.install=false');
  await helm(['uninstall', 'other', ...on(), '--wait']);
  await install('no');
  await helm(['uninstall', 'no', ...on(), '--wait']);
});

test('the ServiceAccount of the chart has Offshoot’s rights, and a second Offshoot in the cluster is refused', async () => {
  await install('no');
  const as = ['--as=system:serviceaccount:offshoot:no-offshoot', '--all-namespaces'];
  const may = (...asked: string[]): Promise<string> =>
    kubectl(['auth', 'can-i', ...asked, ...as]).then(
      (said) => said.trim(),
      () => 'no',
    );
  expect(await may('create', 'namespaces')).toBe('yes');
  expect(await may('bind', 'clusterroles/offshoot-worker')).toBe('yes');
  expect(await may('bind', 'clusterroles/cluster-admin')).toBe('no');
  expect(await may('get', 'nodes')).toBe('no');

  await kubectl(['create', 'namespace', 'second']);
  const second = await tryHelm([
    ...['install', 'second', CHART, '--kubeconfig', sandbox.kubeconfig, '--namespace', 'second'],
    ...['--set', 'crds.install=false'],
  ]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('ClusterRole "offshoot');
  await helm(['uninstall', 'no', ...on(), '--wait']);
});
