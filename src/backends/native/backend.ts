import { objectKey } from '../../model/object.ts';
import { lastRendering } from '../shared/last-rendering.ts';
import { namespace } from '../shared/namespace.ts';
import { prune } from '../shared/prune.ts';
import { remove } from '../shared/remove.ts';
import { replacePods } from '../shared/replace-pods.ts';
import { CREDENTIALS, gitCredentials } from './git-credentials.ts';
import { generateKeys, KEYS } from './keys.ts';
import { render as renderAll } from './render.ts';
import { SCHEMA, schemaCopy } from './schema/copy.ts';
import type { SchemaKeeper } from './schema/keeper.ts';
import type { Applier, Cluster } from '../../cluster/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Backend, Change } from '../api.ts';

/** Kinds that must stand before any pod does: who may do what, and the fences. */
const FENCES = new Set(['ResourceQuota', 'LimitRange', 'NetworkPolicy', 'ServiceAccount', 'RoleBinding']);

const SCHEMA_COPY = `ConfigMap/${SCHEMA}`;

/** Offshoot's own rendering of an Airflow, applied object by object. */
export function createNativeBackend(cluster: Cluster, applier: Applier, schemas: SchemaKeeper): Backend {
  const { render, forget } = lastRendering(renderAll);
  return {
    render,
    async renew(design, observed, credentials) {
      const secret = gitCredentials(design, credentials);
      const live = observed.live.get(objectKey(secret));
      const { changes, note } = noted();
      if (live) note(secret, (await applier.ensure(secret, live)).change);
      return changes;
    },
    async apply(design, observed, credentials) {
      const { changes, note } = noted();
      let nowhere = false;
      const { namespace: there } = observed;
      if (there.state === 'absent' || there.state === 'ours') {
        const live = there.state === 'ours' ? there.live : undefined;
        const { change } = await applier.ensureCreated(namespace(design), live);
        note(namespace(design), change);
        nowhere = change === 'created';
      }
      const ensure = async (object: KubeObject) =>
        note(
          object,
          (await applier.ensure(object, observed.live.get(objectKey(object)), { nowhere })).change,
        );

      const dump = schemas.dumpFor(design);
      const objects = [...(dump ? [schemaCopy(design, dump)] : []), ...render(design)];
      // The schema goes with the fences: the database's pod looks for it once, at its start.
      const first = objects.filter((object) => FENCES.has(object.kind) || objectKey(object) === SCHEMA_COPY);
      const keys = async () => {
        if (observed.live.has(`Secret/${KEYS}`)) return;
        note(generateKeys(design), (await applier.ensureCreated(generateKeys(design))).change);
      };
      const login = design.git.login !== 'none';
      const secrets = login && credentials ? [gitCredentials(design, credentials)] : [];
      await Promise.all([keys(), ...[...first, ...secrets].map(ensure)]);
      await Promise.all(objects.filter((object) => !first.includes(object)).map(ensure));

      const wanted = new Set([...objects, ...secrets].map(objectKey).concat(`Secret/${KEYS}`));
      if (login) wanted.add(`Secret/${CREDENTIALS}`);
      for (const object of await prune(cluster, observed, wanted)) changes.push({ change: 'pruned', object });
      for (const object of await replacePods(cluster, design.namespace, observed))
        changes.push({ change: 'pruned', object });
      return changes;
    },
    prepare: (repository, pods) => schemas.prepare(repository, pods),
    remove(name, previewUid) {
      forget(name);
      return remove(cluster, name, previewUid);
    },
  };
}

function noted() {
  const changes: Change[] = [];
  return {
    changes,
    note(object: KubeObject, change: string) {
      if (change === 'created' || change === 'configured')
        changes.push({ change, object: objectKey(object) });
    },
  };
}
