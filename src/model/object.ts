export interface ManagedField {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: unknown;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

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
  deletionGracePeriodSeconds?: number;
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedField[];
}

/** Any Kubernetes object as plain JSON. Fields we do not know are kept; what comes out of a cache is frozen. */
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

export const parseKey = (text: string): Key => {
  const [namespace = '', name = ''] = text.split('/');
  return { namespace, name };
};

/** `Deployment/airflow`: an object of a namespace that is understood. */
export const objectKey = (object: KubeObject) => `${object.kind}/${object.metadata.name}`;
