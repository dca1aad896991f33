import { expect, test } from 'vitest';
import { aDagRepository, aDesign } from '../support/builders.ts';
import { containersOf, find, podsOf, rendered } from './rendered.ts';

const objectsWith = (quota: Record<string, string | number>) =>
  rendered(aDesign({ repository: aDagRepository({ quota, airflow: { parts: 'apart' } }) }));

/** The default limit of CPU in the LimitRange of a preview with this quota. */
const defaultCpu = (quota: Record<string, string | number>) =>
  (find(objectsWith(quota), 'LimitRange', 'preview')['spec'] as { limits: { default: { cpu?: string } }[] })
    .limits[0]?.default.cpu;

test.each<[quota: Record<string, string | number>, cpu: string | undefined]>([
  [{ pods: 40 }, undefined],
  [{ 'limits.memory': '16Gi' }, undefined],
  [{ 'limits.cpu': 16 }, '2000m'],
  [{ 'limits.cpu': '4' }, '500m'],
  [{ 'limits.cpu': '6500m' }, '812m'],
  [{ 'limits.cpu': '.5' }, '100m'],
  [{ 'limits.cpu': '1k' }, '2000m'],
])('where the quota is %j, a container without a limit of CPU gets %s', (quota, cpu) => {
  expect(defaultCpu(quota)).toBe(cpu);
});

test('the least default limit of CPU is no less than what any container of ours requests', () => {
  const objects = objectsWith({ 'limits.cpu': 1 });
  const least = parseInt(defaultCpu({ 'limits.cpu': 1 })!, 10);
  for (const { name, resources } of Object.values(podsOf(objects)).flatMap(containersOf))
    expect(parseInt(resources!.requests!['cpu']!, 10), name).toBeLessThanOrEqual(least);
});
