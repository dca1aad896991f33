import { Command, Option } from 'commander';
import type { Sandbox } from './api.ts';
import { down, status, up } from './api.ts';
import { SandboxError } from './base/sandbox-error.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const tell = (line: string) => process.stdout.write(`${line}\n`);

type Options = { size: Sandbox['size']; name?: string };

const program = new Command('sandbox')
  .description(
    'Runs a real Kubernetes on this machine, for the tests and the demo. It needs neither a container engine nor a registry.',
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 success (status: every selected sandbox is healthy); 1 failure; 3 status, kubeconfig: no sandbox is up.',
  );

function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(
      new Option(
        '--size <size>',
        'control-plane: API only, no root needed, any number; node: runs pods, one per machine',
      )
        .choices(['control-plane', 'node'])
        .default('node'),
    )
    .option('--name <name>', 'name of the sandbox (default: its size)');
}

command('up', 'start a sandbox; returns when it is ready, and leaves it running').action(
  async ({ size, name }: Options) => {
    const sandbox = await up({ size, name, log: say });
    say(`API server ${sandbox.server}; to use it, run:`);
    tell(`export KUBECONFIG=${sandbox.kubeconfig} PATH=${sandbox.kubectl.replace(/\/kubectl$/, '')}:$PATH`);
  },
);

command('down', 'remove a sandbox; built programs and images are kept').action(
  async ({ size, name = size }: Options) => {
    await down({ name, log: say });
    say(`${name} is down`);
  },
);

command('status', 'show which sandboxes are up, or the state of one').action(
  async (_: Options, self: Command) => {
    const asked = ['size', 'name'].some((option) => self.getOptionValueSource(option) === 'cli');
    const { size, name = size } = self.opts<Options>();
    const all = await status(asked ? { name } : {});
    for (const one of all) tell(`${one.name}\t${one.size}\t${one.server}\t${one.wrong ?? 'ready'}`);
    if (all.length === 0) say('no sandbox is up');
    process.exitCode = all.length > 0 && all.every(({ wrong }) => wrong === undefined) ? 0 : 3;
  },
);

command('kubeconfig', "print the path of an administrator's kubeconfig").action(
  async ({ size, name = size }: Options) => {
    const [found] = await status({ name });
    if (found) tell(found.kubeconfig);
    else say(`no sandbox named ${name} is up; bring it up with: npm run sandbox -- up --name ${name}`);
    process.exitCode = found ? 0 : 3;
  },
);

try {
  await program.parseAsync();
} catch (error) {
  say(
    error instanceof SandboxError || !process.env.DEBUG
      ? (error as Error).message
      : String((error as Error).stack),
  );
  process.exitCode = 1;
}
