import { parse } from 'yaml';
import type { KubeObject } from '../../src/model/object.ts';

/** A Secret or ConfigMap that a pod names, and a key of it, if it wants a certain one. */
export interface Reference {
  kind: 'Secret' | 'ConfigMap';
  name: string;
  key: string | undefined;
}

interface Named {
  name?: string;
  secretName?: string;
  key?: string;
  items?: { key: string }[];
}
interface Sources {
  secret?: Named;
  configMap?: Named;
}
interface Container {
  env?: { valueFrom?: { secretKeyRef?: Named; configMapKeyRef?: Named } }[];
  envFrom?: { secretRef?: Named; configMapRef?: Named }[];
}
interface Pod {
  containers: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: (Sources & { projected?: { sources: Sources[] } })[];
  imagePullSecrets?: Named[];
}

/** Whatever the pods name that come of this object: its own template's, or that of a template that lies in a ConfigMap. */
export const referencesOf = (object: KubeObject): Reference[] => podsIn(object).flatMap(namedBy);

/** A pod is what has containers, however deep it lies, in the object or in YAML that it holds. */
function podsIn(value: unknown): Pod[] {
  if (typeof value === 'string') return value.includes('containers:') ? podsIn(parse(value)) : [];
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(podsIn);
  return 'containers' in value && Array.isArray(value.containers) ? [value as Pod, ...inner] : inner;
}

function namedBy(pod: Pod): Reference[] {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod;
  const all = [...containers, ...initContainers, ...ephemeralContainers];
  const values = all.flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom));
  const wholes = all.flatMap(({ envFrom = [] }) => envFrom);
  const volumes = (pod.volumes ?? []).flatMap((one) => [one, ...(one.projected?.sources ?? [])]);
  return [
    ...values.flatMap((one) => [
      ...of('Secret', one?.secretKeyRef),
      ...of('ConfigMap', one?.configMapKeyRef),
    ]),
    ...wholes.flatMap((one) => [...of('Secret', one.secretRef), ...of('ConfigMap', one.configMapRef)]),
    ...volumes.flatMap((one) => [...of('Secret', one.secret), ...of('ConfigMap', one.configMap)]),
    ...(pod.imagePullSecrets ?? []).flatMap((one) => of('Secret', one)),
  ];
}

function of(kind: Reference['kind'], named: Named | undefined): Reference[] {
  if (!named) return [];
  const name = named.secretName ?? named.name ?? '';
  const keys = named.items?.map(({ key }) => key) ?? [named.key];
  return keys.map((key) => ({ kind, name, key }));
}
