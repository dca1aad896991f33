import { accept, type ListPage, readList, readObject } from './answers.ts';
import type { Cluster, Kind, KubeObject, Ref } from './api.ts';
import { ClusterError } from './errors.ts';
import { kindOf } from '../model/kinds.ts';
import { collectionPath, objectPath, query } from './paths.ts';
import { defaultDeadlineMs, sendPatiently } from './patience.ts';
import { podLog } from './pod-log.ts';
import type { Call, Transport } from './transport.ts';

const pageSize = 500;

/** Objects over the transport, everything but watches. */
export function createClient(
  transport: Transport,
  deadlineMs: number = defaultDeadlineMs,
  writeDeadlineMs: number = deadlineMs,
): Omit<Cluster, 'watch'> {
  const send = (call: Call): Promise<string> =>
    sendPatiently(transport, call, call.method === 'GET' ? deadlineMs : writeDeadlineMs);

  return {
    async get<T extends KubeObject>(ref: Ref, { signal }: { signal?: AbortSignal } = {}) {
      const call = about(ref, 'get', 'GET', {}, signal);
      try {
        return readObject(call, ref.kind, await send(call)) as T;
      } catch (error) {
        if (error instanceof ClusterError && error.objectMissing) return undefined;
        throw error;
      }
    },

    async list<T extends KubeObject>(kind: Kind, options: Parameters<Cluster['list']>[1] = {}) {
      const page = async (limit?: number, next?: string): Promise<ListPage> => {
        const { namespace, labelSelector, fieldSelector, signal } = options;
        const call: Call = {
          verb: 'list',
          method: 'GET',
          path:
            collectionPath(kind, namespace) + query({ labelSelector, fieldSelector, limit, continue: next }),
          resource: kind.plural,
          ...(namespace && { namespace }),
          accept: options.metadataOnly ? accept.partialList : accept.object,
          ...(signal && { signal }),
        };
        return readList(call, kind, await send(call));
      };
      return (await allPages(page)) as { items: T[]; resourceVersion: string };
    },

    async create<T extends KubeObject>(object: T, options: Parameters<Cluster['create']>[1] = {}) {
      const kind = kindOf(object);
      const { namespace, name } = object.metadata;
      if (kind.namespaced && !namespace) {
        throw new ClusterError('BadRequest', `${kind.kind} ${name} needs a namespace`);
      }
      const call: Call = {
        verb: 'create',
        method: 'POST',
        path: collectionPath(kind, namespace) + query({ fieldManager: options.fieldManager }),
        resource: kind.plural,
        ...(kind.namespaced && namespace && { namespace }),
        name,
        body: object,
        ...(options.signal && { signal: options.signal }),
      };
      return readObject(call, kind, await send(call)) as T;
    },

    async apply<T extends KubeObject>(object: T, options: Parameters<Cluster['apply']>[1]) {
      const { fieldManager, force, subresource, signal } = options;
      const ref = refOf(object);
      const call: Call = {
        ...about(ref, 'apply', 'PATCH', { fieldManager, force }, signal, subresource),
        contentType: 'application/apply-patch+yaml',
        body: object,
      };
      return readObject(call, ref.kind, await send(call)) as T;
    },

    async patch<T extends KubeObject>(ref: Ref, patch: unknown, options: Parameters<Cluster['patch']>[2]) {
      const { fieldManager, subresource, signal } = options;
      const call: Call = {
        ...about(ref, 'patch', 'PATCH', { fieldManager }, signal, subresource),
        contentType: 'application/merge-patch+json',
        body: patch,
      };
      return readObject(call, ref.kind, await send(call)) as T;
    },

    async delete(ref, options = {}) {
      const { uid, resourceVersion, gracePeriodSeconds, propagationPolicy, signal } = options;
      const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
      const call: Call = {
        ...about(ref, 'delete', 'DELETE', {}, signal),
        body: {
          ...deleteOptions(gracePeriodSeconds, propagationPolicy),
          ...((uid ?? resourceVersion) && { preconditions }),
        },
      };
      try {
        await send(call);
        return 'deleted';
      } catch (error) {
        if (error instanceof ClusterError && error.objectMissing) return 'absent';
        throw error;
      }
    },

    async deleteCollection(kind, namespace, options) {
      if (!kind.namespaced || !namespace) {
        throw new ClusterError('BadRequest', `Deleting all ${kind.plural} needs a namespace`);
      }
      await send({
        verb: 'deletecollection',
        method: 'DELETE',
        path: collectionPath(kind, namespace) + query({ labelSelector: options.labelSelector }),
        resource: kind.plural,
        namespace,
        body: deleteOptions(options.gracePeriodSeconds, options.propagationPolicy),
        ...(options.signal && { signal: options.signal }),
      });
    },

    logs: (options) => podLog(transport, options),

    async raw(method, path, options = {}) {
      const text = await send({
        verb: method === 'GET' ? 'get' : 'create',
        method,
        path,
        resource: 'raw',
        name: path,
        accept: 'application/json, */*',
        ...(options.body !== undefined && { body: options.body }),
        ...(options.signal && { signal: options.signal }),
      });
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    },
  };
}

/** Follows `continue`; a list that expires between two pages is read again in one piece. */
async function allPages(
  page: (limit?: number, next?: string) => Promise<ListPage>,
): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  let latest = await page(pageSize);
  const items = [...latest.items];
  while (latest.continue) {
    try {
      const next = await page(pageSize, latest.continue);
      if (next.continue === latest.continue) throw new ClusterError('Gone', 'the list does not advance');
      latest = next;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'Gone') throw error;
      const whole = await page();
      return { items: whole.items, resourceVersion: whole.resourceVersion };
    }
    items.push(...latest.items);
  }
  return { items, resourceVersion: latest.resourceVersion };
}

function about(
  ref: Ref,
  verb: string,
  method: Call['method'],
  parameters: Record<string, string | boolean | undefined>,
  signal: AbortSignal | undefined,
  subresource?: string,
): Call {
  const { kind, namespace, name } = ref;
  return {
    verb,
    method,
    path: objectPath(kind, namespace, name, subresource) + query(parameters),
    resource: kind.plural,
    ...(kind.namespaced && namespace && { namespace }),
    name,
    ...(signal && { signal }),
  };
}

export function refOf(object: KubeObject): Ref {
  const { namespace, name } = object.metadata;
  return { kind: kindOf(object), ...(namespace && { namespace }), name };
}

function deleteOptions(gracePeriodSeconds?: number, propagationPolicy?: string): object {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(propagationPolicy && { propagationPolicy }),
  };
}
