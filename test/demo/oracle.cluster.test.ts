import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { kubectlFor, list, type Kubectl } from '../../demo/kubectl.ts';
import { kubeWatch, type WatchedObject } from '../../demo/kube-watch.ts';
import { auditRequests } from '../../demo/oracle/audit-requests.ts';
import { openKube } from '../../demo/oracle/kube-client.ts';
import { leftOver } from '../../demo/oracle/left-over.ts';
import { settledSnapshot } from '../../demo/oracle/settled-snapshot.ts';
import { snapshot, type Identity } from '../../demo/oracle/snapshot.ts';
import { up, type Sandbox } from '../../sandbox/api.ts';

let sandbox: Sandbox;
let kubectl: Kubectl;

beforeAll(async () => {
  sandbox = await up({ size: 'control-plane', name: 'test-demo-oracle' });
  kubectl = kubectlFor(sandbox.kubectl, sandbox.kubeconfig);
}, 1_800_000);

afterAll(() => sandbox.down(), 60_000);

const namespace = (name: string): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const configMap = (name: string, namespace: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});
const said = ({ resource, namespace, name }: Identity): string => `${resource} ${namespace}/${name}`;

test('whatever was made is left over, of any kind, Events excepted; and nothing once it is gone', async () => {
  const before = await settledSnapshot(sandbox.kubeconfig, AbortSignal.timeout(60_000));
  expect(before.map(said)).toContain('namespaces /default');
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Gadget', plural: 'gadgets' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  };
  await kubectl(['apply', '-f', '-'], list([crd, namespace('left')]));
  await kubectl(['wait', '--for=condition=Established', 'crd/gadgets.example.com']);
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'told', namespace: 'left' },
    involvedObject: { kind: 'ConfigMap', name: 'a', namespace: 'left' },
  };
  const gadget = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'g', namespace: 'left' } };
  await kubectl(['apply', '-f', '-'], list([gadget, configMap('a', 'left'), event]));

  // Two of them are made by controllers, a moment later.
  await vi.waitFor(
    async () => {
      expect(
        leftOver(before, await snapshot(sandbox.kubeconfig))
          .map(said)
          .sort(),
      ).toEqual([
        'apiservices.apiregistration.k8s.io /v1.example.com',
        'configmaps left/a',
        'configmaps left/kube-root-ca.crt',
        'customresourcedefinitions.apiextensions.k8s.io /gadgets.example.com',
        'gadgets.example.com left/g',
        'namespaces /left',
        'serviceaccounts left/default',
      ]);
    },
    { timeout: 30_000, interval: 200 },
  );
  await kubectl(['delete', 'namespace/left', 'crd/gadgets.example.com', '--timeout=60s']);
  await vi.waitFor(async () => expect(leftOver(before, await snapshot(sandbox.kubeconfig))).toEqual([]), {
    timeout: 15_000,
    interval: 200,
  });
}, 150_000);

test('the audit log tells exactly the requests of one user between two instants', async () => {
  const user = 'counted';
  const kube = await openKube(await sandbox.issueKubeconfig(user));
  const other = await openKube(await sandbox.issueKubeconfig('counted-not'));
  await kube.get('/version');
  const from = new Date();
  for (let n = 0; n < 3; n++) await kube.get('/api/v1/namespaces/default');
  await other.get('/version');
  const to = new Date(Date.now() + 1);
  await vi.waitFor(async () => {
    expect(await auditRequests(sandbox.auditLog, user, from, to)).toBe(3);
  });
  kube.close();
  other.close();
}, 30_000);

test('a watch tells what is there, what changes and what goes', async () => {
  const kube = await openKube(sandbox.kubeconfig);
  const stopped = new AbortController();
  const events: string[] = [];
  await kubectl(['create', 'configmap', 'one', '--namespace=default']);
  const watching = kubeWatch<WatchedObject>(
    kube,
    '/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name!=kube-root-ca.crt',
    ({ type, object }) => events.push(`${type} ${object.metadata.name}`),
    stopped.signal,
  );
  await vi.waitFor(() => expect(events).toEqual(['seen one']), { timeout: 5_000 });
  await kubectl(['create', 'configmap', 'two', '--namespace=default']);
  await kubectl(['delete', 'configmap', 'one', '--namespace=default']);
  await vi.waitFor(() => expect(events).toEqual(['seen one', 'seen two', 'gone one']), { timeout: 5_000 });
  stopped.abort();
  await watching;
  kube.close();
}, 30_000);
