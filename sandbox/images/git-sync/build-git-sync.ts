import { run } from '../build/run.ts';

/** Compiles the stand-in from its sources: the standard library only, so that no module is fetched. */
export async function buildGitSync(sources: string, binary: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOOS: 'linux', GOWORK: 'off', GOFLAGS: '' };
  try {
    await run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', binary, '.'], { cwd: sources, env });
  } catch (cause) {
    const remedy = 'Is Go (1.22 or newer) installed, and on the PATH?';
    throw new Error(`could not compile ${sources}. ${remedy} ${(cause as Error).message}`, { cause });
  }
}
