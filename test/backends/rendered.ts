import { parse } from 'yaml';
import { dialectOf } from '../../src/airflow/all.ts';
import { namespace } from '../../src/backends/shared/namespace.ts';
import { render } from '../../src/backends/native/render.ts';
import type { NativeDesign } from '../../src/backends/native/native-design.ts';
import type { KubeObject } from '../../src/model/object.ts';
import type { Design } from '../../src/plan/api.ts';
import type { Container, PodSpec } from '../support/pod-security.ts';

/** With the dialect of its Airflow. */
export const native = (design: Design): NativeDesign => ({
  ...design,
  dialect: dialectOf(design.airflow.version),
});

/** Everything that a design becomes, but the Secrets. */
export const rendered = (design: Design): KubeObject[] => [
  namespace(design),
  ...render(design, dialectOf(design.airflow.version)),
];

export const find = (objects: KubeObject[], kind: string, name: string): KubeObject => {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`nothing rendered is ${kind} ${name}`);
  return found;
};

/** The worker pod, read as Airflow reads it: by YAML 1.1. */
export const workerPod = (objects: KubeObject[]): { metadata: KubeObject['metadata']; spec: PodSpec } => {
  const { 'pod.yaml': text } = find(objects, 'ConfigMap', 'pod-template')['data'] as { 'pod.yaml': string };
  return parse(text, { version: '1.1' }) as ReturnType<typeof workerPod>;
};

/** Every pod that these objects lead to, by name. */
export function podsOf(objects: KubeObject[]): Record<string, PodSpec> {
  const template = (name: string) =>
    (find(objects, 'Deployment', name)['spec'] as { template: { spec: PodSpec } }).template.spec;
  return { airflow: template('airflow'), postgres: template('postgres'), worker: workerPod(objects).spec };
}

export const containersOf = (pod: PodSpec): Container[] => [
  ...(pod.initContainers ?? []),
  ...(pod.containers ?? []),
];

export function container(pod: PodSpec | undefined, name: string): Container {
  const found = pod && containersOf(pod).find((one) => one.name === name);
  if (!found) throw new Error(`the pod has no container ${name}`);
  return found;
}

/** What a container's environment comes to: envFrom first, env over it, `$(…)` as the kubelet expands it. */
export function environmentOf(objects: KubeObject[], { env = [], envFrom = [] }: Container) {
  const maps = envFrom.map(
    ({ configMapRef }) =>
      find(objects, 'ConfigMap', configMapRef?.name ?? '')['data'] as Record<string, string>,
  );
  const own = env.map(({ name, value }) => [name, value ?? '<from a Secret>'] as const);
  return { ...Object.assign({}, ...maps), ...Object.fromEntries(own) } as Record<string, string>;
}

/** Scripts are files of their own already: a golden file that holds them too would only be changed along with them. */
export function withoutScripts<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, child: unknown) =>
    key.endsWith('.py') && typeof child === 'string' ? `<${child.split('\n').length} lines>` : child,
  ) as T;
}
