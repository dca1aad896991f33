import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createTunnels, direct } from '../../src/cluster/reach.ts';
import type { KubeObject } from '../../src/cluster/api.ts';
import type { PodPort } from '../../src/cluster/port-forward.ts';
import { until } from './rig.ts';

const aService = (spec: object, name = 'airflow'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'preview', uid: `uid-${name}` },
  spec,
});

test.each([
  [{ clusterIP: '10.96.0.7', ports: [{ port: 8080 }] }, 'http://10.96.0.7:8080'],
  [{ clusterIP: 'fd00::7', ports: [{ port: 8080 }] }, 'http://[fd00::7]:8080'],
  [{ clusterIP: '10.96.0.7' }, undefined],
  [{}, undefined],
])('directly, a Service of %j is at %s', (spec, address) => {
  expect(direct.addressOf(aService(spec))).toBe(address);
});

/** Tunnels into "pods" that say to which of them a connection went. */
function aRig(pods: string[]) {
  const asked: PodPort[] = [];
  const warnings: string[] = [];
  const open: Socket[] = [];
  const tunnels = createTunnels({
    async forward(socket, to) {
      asked.push(to);
      if (to.pod === 'forbidden') throw new Error('forbidden');
      open.push(socket);
      socket.write(`this is ${to.pod}\n`);
      if (to.pod !== 'endless') socket.end();
    },
    podOf: () => pods[0],
    log: { warn: (_about, message) => warnings.push(message) },
  });
  return { tunnels, asked, warnings, open };
}

async function address(tunnels: ReturnType<typeof aRig>['tunnels'], service: KubeObject): Promise<number> {
  await until(() => tunnels.addressOf(service) !== undefined);
  return Number(new URL(tunnels.addressOf(service)!).port);
}

const visit = (port: number) =>
  text(connect(port, '127.0.0.1')).catch((error: NodeJS.ErrnoException) => error.code ?? '');

const service = aService({ clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] });

test('through tunnels each Service has an address of its own that stays, and every connection goes to the pod of that moment', async () => {
  const pods = ['airflow-1'];
  const { tunnels, asked } = aRig(pods);
  const port = await address(tunnels, service);
  expect(await address(tunnels, aService({ ports: [{ port: 5432 }] }, 'other'))).not.toBe(port);
  expect(await visit(port)).toBe('this is airflow-1\n');
  pods[0] = 'airflow-2';
  expect(await visit(port)).toBe('this is airflow-2\n');
  expect(await address(tunnels, service)).toBe(port);
  expect(asked[0]).toEqual({ namespace: 'preview', pod: 'airflow-1', port: 8080 });
  await tunnels.close();
});

test('without a pod, or where the API server refuses, the connection is reset at once', async () => {
  const pods: string[] = [];
  const { tunnels, warnings } = aRig(pods);
  const port = await address(tunnels, service);
  expect(await visit(port)).toBe('ECONNRESET');
  pods[0] = 'forbidden';
  expect(await visit(port)).toBe('ECONNRESET');
  expect(warnings).toEqual(['port-forward failed']);
  await tunnels.close();
});

test('with its Service a tunnel goes, and with it what is open', async () => {
  const { tunnels, open } = aRig(['endless']);
  const port = await address(tunnels, service);
  const visiting = visit(port);
  await until(() => open.length === 1);
  tunnels.forget(service);
  expect(await visiting).toBe('this is endless\n');
  expect(await visit(port)).toBe('ECONNREFUSED');
  await tunnels.close();
});
