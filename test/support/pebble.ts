import { kinds } from '../../src/model/kinds.ts';
import { objectKey } from '../../src/model/object.ts';
import { lastRendering } from '../../src/backends/shared/last-rendering.ts';
import { meta } from '../../src/backends/shared/meta.ts';
import { namespace } from '../../src/backends/shared/namespace.ts';
import { prune } from '../../src/backends/shared/prune.ts';
import { remove } from '../../src/backends/shared/remove.ts';
import type { Backend, BackendKind, Change } from '../../src/backends/api.ts';
import type { Applied } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Design } from '../../src/plan/api.ts';

export const STONE = { name: 'stone', signing: 'of-tokens', synced: 'of-git-sync' } as const;

const service = (design: Design): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(design, 'pebble', 'pebble'),
  spec: { ports: [{ port: 8080 }] },
});
const stone = (design: Design): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(design, STONE.name, 'pebble'),
  stringData: { [STONE.signing]: 'what tokens are signed with', [STONE.synced]: 'what git-sync knows' },
});

/** A second backend, as small as one can be: a Service and a Secret. Its Airflow runs in the test, at a port of this machine. */
export const pebble = (port: number): BackendKind => ({
  watches: { kinds: [kinds.ConfigMap], parts: ['pebble'] },
  secrets: {
    signing: { name: STONE.name, key: STONE.signing },
    synced: { name: STONE.name, key: STONE.synced },
  },
  writable: [],
  partsIn: () => undefined,
  render: (design) => [service(design)],
  create({ cluster, applier }): Backend {
    const { render, forget } = lastRendering((design) => [service(design)]);
    return {
      render,
      look({ objects }, wanted) {
        const live = objects.get('Service/pebble');
        const here = { clusterIP: '127.0.0.1', ports: [{ port }] };
        const step = live
          ? ({ reason: 'DatabaseReady', message: 'The pebble lies in its place.' } as const)
          : ({ reason: 'DatabaseStarting', message: 'The pebble is rolling.' } as const);
        return {
          endpoint: live && { service: { ...live, spec: here }, serving: true },
          settled: live !== undefined,
          milestones: wanted ? [{ type: 'DatabaseReady', reached: live !== undefined, step }] : [],
          blocking: undefined,
          remark: undefined,
          happened: undefined,
          checkout: undefined,
        };
      },
      async apply(design, { namespace: there, live }, materials) {
        const changes: Change[] = [];
        const note = ({ change, object }: Applied) =>
          change === 'created' || change === 'configured' || change === 'pruned'
            ? void changes.push({ change, object: objectKey(object) })
            : undefined;
        note(await applier.ensureCreated(namespace(design), there.state === 'ours' ? there.live : undefined));
        const objects = [...render(design), stone(design)];
        for (const object of objects)
          note(
            object.kind === 'Secret'
              ? await applier.ensureCreated(object, live.objects.get(objectKey(object)))
              : await applier.ensure(object, live.objects.get(objectKey(object))),
          );
        const wanted = [...objects.map(objectKey), ...materials.map(({ secret }) => `Secret/${secret}`)];
        for (const gone of await prune(applier, live, new Set(wanted))) note(gone);
        return changes;
      },
      renew: async () => [],
      remove(name, previewUid) {
        forget(name);
        applier.forget(previewUid);
        return remove(cluster, name, previewUid);
      },
    };
  },
});
