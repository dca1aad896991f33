/** The part of a Kubernetes object's metadata that Offshoot reads or writes. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
  managedFields?: unknown[];
}

/** Any Kubernetes object as plain JSON. Fields we do not know are kept. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** What a reconciler is fed: a name, never an event or a payload. */
export interface Key {
  namespace: string;
  name: string;
}

export const keyOf = (object: KubeObject): Key => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
});

export const keyText = (key: Key) => `${key.namespace}/${key.name}`;
