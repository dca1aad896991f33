import { afterEach } from 'vitest';

/**
 * For the tier `pure`: whatever opens a socket or starts a process fails there; its test belongs into a `*.net.test.ts`. The guard sits
 * below Node's own modules, so that no import escapes it, while nock, which answers above, does not meet it.
 */
const doors: Record<string, readonly string[]> = {
  'tcp_wrap.TCP': ['bind', 'bind6', 'connect', 'connect6', 'listen'],
  'pipe_wrap.Pipe': ['bind', 'connect', 'listen'],
  'process_wrap.Process': ['spawn'],
};
const attempts: Error[] = [];

for (const [path, methods] of Object.entries(doors)) {
  const [binding, type] = path.split('.') as [string, string];
  const { prototype } = bindingOf(binding)[type] as { prototype: Record<string, unknown> };
  for (const method of methods) prototype[method] = () => refuse(`${type}.${method}`);
}
bindingOf('spawn_sync')['spawn'] = () => refuse('spawnSync');

// Thrown once more, in case that the code under test took it for a network that failed.
afterEach(() => {
  const [first] = attempts.splice(0);
  if (first) throw first;
});

function refuse(what: string): never {
  const attempt = new Error(`${what} in the tier pure: name this file *.net.test.ts`);
  attempts.push(attempt);
  throw attempt;
}

function bindingOf(name: string): Record<string, unknown> {
  return (process as unknown as { binding(name: string): Record<string, unknown> }).binding(name);
}
