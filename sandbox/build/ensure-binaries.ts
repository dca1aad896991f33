import { mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../base/file-lock.ts';
import { tryRun } from '../base/run.ts';
import { checkMachine } from './check-machine.ts';
import { explainGoFailure } from './explain-go-failure.ts';
import { linkerFlags } from './linker-flags.ts';
import { moduleKey } from './module-key.ts';
import { withProgress } from './progress.ts';
import type { Tool } from './tools.ts';
import { helm, toolsFor } from './tools.ts';

/** Where each program is, by name. */
export type Binaries = Readonly<Record<string, string>>;

const sources = join(import.meta.dirname, '..', 'go');

async function flagsFor(module: string): Promise<string[]> {
  const flags = await linkerFlags(join(sources, module));
  return ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', flags];
}

async function build(tool: Tool, flags: readonly string[], target: string): Promise<void> {
  const half = `${target}.${process.pid}.half`;
  const { code, stderr } = await tryRun('go', ['build', ...flags, '-o', half, tool.package], {
    cwd: join(sources, tool.module),
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
  });
  if (code !== 0) {
    await rm(half, { force: true });
    throw explainGoFailure(tool.name, stderr);
  }
  await rename(half, target);
}

interface Options {
  cache: string;
  log: (line: string) => void;
}

/** Gives the paths of all programs of a size, building those that are not in the cache. */
export function ensureBinaries(size: 'control-plane' | 'node', options: Options): Promise<Binaries> {
  return ensure(toolsFor(size), options);
}

/** Gives the path of Helm, which is built when it is not in the cache. */
export async function ensureHelm(options: Options): Promise<string> {
  return (await ensure([helm], options))[helm.name]!;
}

/** Two never build at once. */
async function ensure(tools: readonly Tool[], { cache, log }: Options): Promise<Binaries> {
  const bin = join(cache, 'bin');
  const plan: { tool: Tool; flags: string[]; path: string }[] = [];
  for (const tool of tools) {
    const flags = await flagsFor(tool.module);
    const folder = `${tool.module}-${await moduleKey(join(sources, tool.module), flags)}`;
    plan.push({ tool, flags, path: join(bin, folder, tool.name) });
  }
  const missing = () => plan.filter(({ path }) => !existsSync(path));
  if (missing().length > 0) {
    await mkdir(bin, { recursive: true });
    await checkMachine(bin);
    const lock = { what: 'building', timeout: 3600_000, onWait: waits(log) };
    await withLock(join(bin, 'build.lock'), lock, async () => {
      const all = missing();
      for (const [index, { tool, flags, path }] of all.entries()) {
        await mkdir(join(path, '..'), { recursive: true });
        const what = `building ${tool.name} (${index + 1} of ${all.length})`;
        await withProgress({ what, usualSeconds: tool.usualSeconds, log }, () => build(tool, flags, path));
      }
    });
  }
  return Object.fromEntries(plan.map(({ tool, path }) => [tool.name, path]));
}

function waits(log: (line: string) => void) {
  return ({ pid, since }: { pid: number; since: string }) =>
    log(`process ${pid} builds already, since ${since}: waiting for it`);
}
