import { find, podsOf, rendered } from './rendered.ts';
import type { Design } from '../../src/plan/api.ts';

/** What the kubelet makes of ConfigMap and volume: the text of each file, by its path below the mount. */
export function policyFiles(design: Design): [path: string, text: string][] {
  const objects = rendered(design);
  const data = find(objects, 'ConfigMap', 'airflow-policy')['data'] as Record<string, string>;
  const volume = podsOf(objects)['worker']!.volumes!.find(({ name }) => name === 'policy');
  const { items } = (volume as unknown as { configMap: { items: { key: string; path: string }[] } })
    .configMap;
  return items.map(({ key, path }) => [path, data[key]!]);
}
