import { expect, it } from 'vitest';
import { runDemo } from '../support/e2e/run-demo.ts';
import { onNode } from '../support/e2e/tier.ts';

onNode('the demo, unattended', () => {
  it('plays the whole story and writes what it measured', { timeout: 900_000 }, async () => {
    const ended = await runDemo();
    expect(ended.code, ended.said).toBe(0);
    const story = await ended.story();
    expect(Object.keys(story).sort()).toEqual([
      'api_requests',
      'gone_seconds',
      'left_over',
      'memory_mib',
      'ready_seconds',
      'run_state',
      'steps',
      'update_seconds',
    ]);
    expect(story).toMatchObject({ run_state: 'success', left_over: [] });
    // Which seconds are few enough is for the bench to say; here they must be real ones.
    for (const key of ['ready_seconds', 'update_seconds', 'gone_seconds'] as const) {
      expect(story[key], key).toBeGreaterThan(0.5);
      expect(story[key], key).toBeLessThan(300);
    }
    expect(story.api_requests).toBeGreaterThan(20);
    expect(story.memory_mib).toBeGreaterThan(40);
    for (const step of story.steps) {
      expect(Object.keys(step)).toEqual(['name', 'seconds']);
      expect(step.seconds).toBeGreaterThanOrEqual(0);
    }
    const order = [
      /webhook received/,
      /preview created/,
      /database ready/,
      /Airflow healthy/,
      /preview ready/,
      /gone/,
      /left over/,
    ];
    const at = order.map((like) => story.steps.findIndex(({ name }) => like.test(name)));
    expect(at).not.toContain(-1);
    expect(at.slice(4)).toEqual(at.slice(4).toSorted((one, other) => one - other));
  });
});
