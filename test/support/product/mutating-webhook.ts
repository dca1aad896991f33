import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { listen } from '../../../demo/listen.ts';
import { certificates, subject } from '../../../sandbox/cluster/pki.ts';
import type { KubeObject } from '../../../src/model/object.ts';
import type { ProductCluster } from './cluster.ts';

/** One step of a JSON patch. */
interface Step {
  op: 'add' | 'replace';
  path: string;
  value: unknown;
}

/** A webhook that changes Deployments as they are written: a real one, asked by the API server over HTTPS. */
export async function startMutatingWebhook(
  { sandbox, admin }: ProductCluster,
  change: (deployment: KubeObject) => Step[],
): Promise<{ stop(): Promise<void> }> {
  const { authority, signed } = certificates(join(dirname(sandbox.kubeconfig), 'pki'));
  const by = await authority('ca');
  const names = ['IP:127.0.0.1'];
  const { cert, key } = await signed('webhook', { by, subj: subject('webhook'), names });
  const server = createServer(
    { cert: await readFile(cert), key: await readFile(key) },
    (request, response) =>
      void json(request).then((review) => {
        const { uid, object } = (review as { request: { uid: string; object: KubeObject } }).request;
        const patch = Buffer.from(JSON.stringify(change(object))).toString('base64');
        const answer = { uid, allowed: true, patchType: 'JSONPatch', patch };
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }),
        );
      }),
  );
  const { port, stop } = await listen(server, '127.0.0.1', 0);
  const caBundle = (await readFile(by.cert)).toString('base64');
  await admin.raw('POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'changes.example.com' },
      webhooks: [
        {
          name: 'changes.example.com',
          clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
          rules: [
            {
              apiGroups: ['apps'],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['deployments'],
            },
          ],
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    },
  });
  return { stop };
}
