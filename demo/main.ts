import { readArguments, USAGE, type Arguments } from './arguments.ts';
import { interactive } from './interactive.ts';
import { once } from './once.ts';
import { onStage } from './on-stage.ts';
import { emptyResult, writeResult } from './result.ts';
import type { Step } from './steps.ts';

async function main({ once: unattended, json, ...options }: Arguments): Promise<number> {
  const steps: Step[] = [];
  const result = emptyResult(steps);
  const { interrupted, failures } = await onStage({ ...options, steps }, (world) =>
    unattended
      ? once(world, result).finally(() => (result.memory_mib = world.memory.highest()))
      : interactive(world),
  );
  if (interrupted && unattended) failures.push('interrupted');
  if (failures.length > 0) result.failed = failures.join('; ');
  if (json !== undefined) await writeResult(json, result);
  for (const failure of failures) console.error(`✗ ${failure}`);
  if (interrupted && unattended) return 130;
  return failures.length === 0 ? 0 : 1;
}

let asked: Arguments | undefined;
try {
  asked = readArguments(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
if (asked === undefined) {
  console.log(USAGE);
  process.exit(0);
}
// An explicit end: nothing that is still open (a keep-alive connection, a build) may keep an unattended run from ending.
process.exit(
  await main(asked).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
