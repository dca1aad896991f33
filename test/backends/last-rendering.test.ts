import { expect, test } from 'vitest';
import { lastRendering } from '../../src/backends/shared/last-rendering.ts';
import { aDesign } from '../support/builders.ts';
import type { Design } from '../../src/plan/api.ts';

test('a design is rendered once, a changed one and another namespace’s by themselves, a forgotten one again', () => {
  const rendered: Design[] = [];
  const { render, forget } = lastRendering((design) => {
    rendered.push(design);
    return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: design.branch } }];
  });
  const hardy = { ...aDesign(), namespace: 'hardy' };
  const laurel = { ...aDesign(), namespace: 'laurel' };
  const changed = { ...hardy, branch: 'feature/changed' };
  const objects = render(hardy);
  expect([render({ ...hardy }) === objects, rendered.length]).toEqual([true, 1]);
  render(laurel);
  render(hardy);
  expect(rendered).toEqual([hardy, laurel]);
  expect(render(changed)[0]?.metadata.name).toBe('feature/changed');
  render(hardy);
  forget('hardy');
  render(hardy);
  expect(rendered).toEqual([hardy, laurel, changed, hardy, hardy]);
});
