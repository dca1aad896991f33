import { objectKey } from '../../model/object.ts';
import { lastRendering } from '../shared/last-rendering.ts';
import { restartedBy } from '../shared/materials.ts';
import { namespace } from '../shared/namespace.ts';
import { prune } from '../shared/prune.ts';
import { remove } from '../shared/remove.ts';
import { createLook } from './look/look.ts';
import { sceneOf } from './look/scene.ts';
import { replacePods } from './replace-pods.ts';
import { generateKeys, KEYS } from './keys.ts';
import { materialSecrets } from './material-secrets.ts';
import { render as renderAll } from './render.ts';
import { SCHEMA, schemaCopy } from './schema/copy.ts';
import { createSchemaKeeper } from './schema/keeper.ts';
import type { Airflows } from '../../airflow/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Applied } from '../../cluster/api.ts';
import type { Backend, BackendTools, Change } from '../api.ts';

/** Kinds that must stand before any pod does: who may do what, and the fences. */
const FENCES = new Set(['ResourceQuota', 'LimitRange', 'NetworkPolicy', 'ServiceAccount', 'RoleBinding']);

const SCHEMA_COPY = `ConfigMap/${SCHEMA}`;

/** Offshoot's own rendering of an Airflow, applied object by object. */
export function createNativeBackend(
  { cluster, applier, kept, userIds }: BackendTools,
  airflows: Airflows,
): Backend {
  const { dialectOf } = airflows;
  const schemas = createSchemaKeeper(cluster, kept, dialectOf, userIds);
  const { render, forget } = lastRendering((design) => renderAll(design, dialectOf(design.airflow.version)));
  return {
    render,
    look: createLook(render, airflows),
    async renew(design, observed, materials) {
      const { changes, note } = noted();
      for (const secret of materialSecrets(design, materials)) {
        const live = observed.live.objects.get(objectKey(secret));
        if (live) note(await applier.ensure(secret, live));
      }
      return changes;
    },
    async apply(design, observed, materials) {
      const { changes, note } = noted();
      let nowhere = false;
      const { namespace: there } = observed;
      // What was in the one before went with it.
      if (there.state === 'absent') applier.forget(design.uid);
      if (there.state === 'absent' || there.state === 'ours') {
        const live = there.state === 'ours' ? there.live : undefined;
        const applied = await applier.ensureCreated(namespace(design), live);
        note(applied);
        nowhere = applied.change === 'created';
      }
      const ensure = async (object: KubeObject) =>
        note(await applier.ensure(object, observed.live.objects.get(objectKey(object)), { nowhere }));

      const dump = schemas.dumpFor(design);
      const rendered = render(design).map(restartedBy(design, materials));
      const objects = [...(dump ? [schemaCopy(design, dump)] : []), ...rendered];
      // The schema goes with the fences: the database's pod looks for it once, at its start.
      const first = objects.filter((object) => FENCES.has(object.kind) || objectKey(object) === SCHEMA_COPY);
      const keys = async () => {
        if (observed.live.objects.has(`Secret/${KEYS}`)) return;
        note(await applier.ensureCreated(generateKeys(design)));
      };
      const secrets = materialSecrets(design, materials);
      await Promise.all([keys(), ...[...first, ...secrets].map(ensure)]);
      // Where somebody keeps opening a fence, nothing is started behind it until it is up again.
      if (changes.some(isOpenFence)) return changes;
      await Promise.all(objects.filter((object) => !first.includes(object)).map(ensure));

      const named = [KEYS, ...materials.map(({ secret }) => secret)].map((name) => `Secret/${name}`);
      const wanted = new Set([...objects.map(objectKey), ...named]);
      for (const applied of await prune(applier, observed.live, wanted)) note(applied);
      for (const object of await replacePods(cluster, design.namespace, sceneOf(observed.live)))
        changes.push({ change: 'pruned', object });
      return changes;
    },
    prepare: (repository, pods) => schemas.prepare(repository, pods),
    remove(name, previewUid) {
      forget(name);
      applier.forget(previewUid);
      return remove(cluster, name, previewUid);
    },
  };
}

const isOpenFence = (one: Change) =>
  one.change === 'contested' && one.againInMs > 0 && one.object.startsWith('NetworkPolicy/');

function noted() {
  const changes: Change[] = [];
  return {
    changes,
    note({ change, object, contest }: Applied) {
      if (change === 'created' || change === 'configured' || change === 'pruned')
        changes.push({ change, object: objectKey(object) });
      if (contest) changes.push({ change: 'contested', object: objectKey(object), ...contest });
    },
  };
}
