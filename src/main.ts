#!/usr/bin/env node
import { Command as Commander } from 'commander';
import { doctor } from './cli/doctor.ts';
import { logs } from './cli/logs.ts';
import { ls } from './cli/ls.ts';
import { open } from './cli/open.ts';
import { render } from './cli/render.ts';
import { serve } from './cli/serve.ts';
import { down, up } from './cli/suspend.ts';
import { wait } from './cli/wait.ts';
import { settings, variables } from './config/config.ts';
import { textOf } from './model/problem.ts';
import { createTools } from './operator/tools.ts';
import type { Command, Option, Options } from './cli/api.ts';

const commands: readonly Command[] = [serve, ls, open, wait, logs, down, up, doctor, render];

/** Which cluster: for every command. The other settings are those of `serve`. */
const forAll: readonly string[] = ['kubeconfig', 'context'];
const flagsOf = (ofAll: boolean) =>
  settings()
    .filter(({ key }) => forAll.includes(key) === ofAll)
    .map(({ flag, description, variable, preset }): Option => {
      const origin = [...(preset ? [`default: ${preset}`] : []), `env: ${variable}`];
      return [`${flag} <value>`, `${description.replaceAll('`', '')} (${origin.join(', ')})`];
    });

const program = new Commander('offshoot')
  .description('Gives every feature branch of a DAG repository its own Airflow.')
  .addHelpText('after', '\nExit codes: 0 success, 1 failure. Some commands have more: see their help.')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError();
for (const option of flagsOf(true)) program.option(...option);

// A reader that closes the pipe early (`| head`) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

let flags: Options = {};
const tools = createTools({
  environment: process.env,
  flags: () =>
    Object.fromEntries(Object.keys(variables).map((key) => [key, flags[key] as string | undefined])),
});

for (const command of commands) {
  const sub = program.command(command.name).description(command.description);
  for (const [syntax, description] of command.arguments ?? []) sub.argument(syntax, description);
  const own = command === serve ? flagsOf(false) : [];
  for (const option of [...own, ...(command.options ?? [])]) sub.option(...option);
  if (command.notes) sub.addHelpText('after', `\n${command.notes}`);
  sub.action(async () => {
    flags = sub.optsWithGlobals();
    const { out, exitCode } = await command.run(tools, sub.args, flags);
    if (out) process.stdout.write(out);
    process.exitCode = exitCode ?? 0;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`offshoot: ${textOf(error)}\n`);
  process.exitCode = 1;
}
