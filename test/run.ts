import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: types, lint and format, then the four tiers one after the other; ends with the line `N passed, N failed`. A tier that
 * cannot run here says why, once, and its files count as skipped.
 */
const tiers = ['pure', 'net', 'cluster', 'e2e'] as const;
type Tier = (typeof tiers)[number];

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const only = process.argv
  .slice(2)
  .filter((word): word is Tier => (tiers as readonly string[]).includes(word));
const total: Count = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

if (only.length === 0) add(await check());
for (const tier of only.length ? only : tiers) add(await run(tier));
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed || !total.passed ? 1 : 0;

function add(count: Count) {
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += count[key];
}

async function check(): Promise<Count> {
  const code = await command('npm', ['run', '--silent', 'check']);
  if (code !== 0) failures.push('types, lint or format: npm run check');
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function run(tier: Tier): Promise<Count> {
  const why = tier === 'e2e' ? cannotHoldANode() : undefined;
  if (why) {
    console.log(`tier e2e skipped: ${why}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-test-'));
  try {
    const report = join(folder, 'report.json');
    const started = Date.now();
    const args = [
      'run',
      '--project',
      tier,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const code = await command('vitest', args, tier === 'e2e' ? { OFFSHOOT_TIER: 'e2e' } : {});
    const count = await countOf(report, code);
    console.log(`tier ${tier}: ${JSON.stringify(count)} in ${Math.round((Date.now() - started) / 1000)} s`);
    return count;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What vitest counted; a run that broke off counts as one failure more. */
async function countOf(report: string, code: number): Promise<Count> {
  interface Report {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
    }[];
  }
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (!text) {
    failures.push(`vitest wrote no report and exited with ${code}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const said = JSON.parse(text) as Report;
  for (const { name, status, message, assertionResults } of said.testResults) {
    const failed = assertionResults.filter((result) => result.status === 'failed');
    for (const { fullName, failureMessages } of failed)
      failures.push(`${name}: ${fullName}: ${failureMessages.join(' ').slice(0, 1500)}`);
    if (status === 'failed' && !failed.length) failures.push(`${name}: ${message}`);
  }
  if (code !== 0 && !said.numFailedTests) failures.push(`vitest exited with ${code}; see its output above`);
  const failed = said.numFailedTests || (code === 0 ? 0 : 1);
  return { passed: said.numPassedTests, failed, skipped: said.numPendingTests + said.numTodoTests };
}

function cannotHoldANode(): string | undefined {
  if (process.platform !== 'linux') return `a Kubernetes node needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'a Kubernetes node needs root; run npm test as root for this tier';
  return undefined;
}

function command(name: string, args: string[], more: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'inherit', env: { ...process.env, ...more } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
