import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { listen } from '../../../demo/listen.ts';
import { certificates, subject } from '../../../sandbox/cluster/pki.ts';
import { kinds } from '../../../src/model/kinds.ts';
import type { KubeObject } from '../../../src/model/object.ts';
import type { ProductCluster } from './cluster.ts';

export interface FakeKubelet {
  /** Puts a pod on this node and says how it ended; `log` is what any of its containers printed. */
  ran(pod: KubeObject, status: object, log: string): Promise<void>;
  stop(): Promise<void>;
}

/** A node that is an address and nothing else: where the API server asks for logs, and what says that pods have run. */
export async function startFakeKubelet({ sandbox, admin }: ProductCluster): Promise<FakeKubelet> {
  const { authority, signed } = certificates(join(dirname(sandbox.kubeconfig), 'pki'));
  const by = await authority('ca');
  const { cert, key } = await signed('fake-kubelet', {
    by,
    subj: subject('system:node:fake', ['system:nodes']),
    names: ['IP:127.0.0.1'],
  });
  const logs = new Map<string, string>();
  const server = createServer(
    { cert: await readFile(cert), key: await readFile(key) },
    (request, response) => {
      const [, what, namespace, pod] = (request.url ?? '').split(/[/?]/);
      const log = what === 'containerLogs' ? logs.get(`${namespace}/${pod}`) : undefined;
      response.writeHead(log === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(log);
    },
  );
  const { port, stop } = await listen(server, '127.0.0.1', 0);
  await admin.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'fake' } });
  const asStatus = { fieldManager: 'fake-kubelet', subresource: 'status' } as const;
  await admin.patch(
    { kind: kinds.Node, name: 'fake' },
    {
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: port } },
      },
    },
    asStatus,
  );
  return {
    async ran({ metadata: { name, namespace = '' } }, said, log) {
      logs.set(`${namespace}/${name}`, log);
      await admin.raw('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, {
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace },
          target: { kind: 'Node', name: 'fake' },
        },
      });
      await admin.patch({ kind: kinds.Pod, namespace, name }, { status: said }, asStatus);
    },
    stop,
  };
}
