import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

/**
 * The last rendering of each namespace: it takes milliseconds, and is wanted several times at every look, while the design stays the same.
 * Nobody changes what comes out.
 */
export function lastRendering(render: (design: Design) => KubeObject[]) {
  const last = new Map<string, { design: string; objects: KubeObject[] }>();
  return {
    render(design: Design): KubeObject[] {
      const text = JSON.stringify(design);
      const known = last.get(design.namespace);
      if (known?.design === text) return known.objects;
      const objects = render(design);
      last.set(design.namespace, { design: text, objects });
      return objects;
    },
    forget: (namespace: string) => void last.delete(namespace),
  };
}
