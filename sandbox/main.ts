import { Command, Option } from 'commander';
import type { Sandbox } from './api.ts';
import { down, status, up } from './api.ts';
import { SandboxError } from './base/sandbox-error.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const tell = (line: string) => process.stdout.write(`${line}\n`);

type Options = { size: Sandbox['size']; name?: string };

const program = new Command('sandbox')
  .description(
    'A real Kubernetes on this machine, for tests and demo; it needs no container engine and no registry.',
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 done (status: every sandbox asked for is well); 1 it failed; 3 status, kubeconfig: none is up.',
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
    .option('--name <name>', 'which one (default: the size)');
}

command('up', 'bring it up; returns when it is ready and leaves it running').action(
  async ({ size, name }: Options) => {
    const sandbox = await up({ size, name, log: say });
    say(`API server ${sandbox.server}; to use it:`);
    tell(`export KUBECONFIG=${sandbox.kubeconfig} PATH=${sandbox.kubectl.replace(/\/kubectl$/, '')}:$PATH`);
  },
);

command('down', 'remove it; built binaries and images are kept').action(
  async ({ size, name = size }: Options) => {
    await down({ name, log: say });
    say(`${name} is down`);
  },
);

command('status', 'tell which ones are up, or how one is').action(async (_: Options, self: Command) => {
  const asked = ['size', 'name'].some((option) => self.getOptionValueSource(option) === 'cli');
  const { size, name = size } = self.opts<Options>();
  const all = await status(asked ? { name } : {});
  for (const one of all) tell(`${one.name}\t${one.size}\t${one.server}\t${one.wrong ?? 'ready'}`);
  if (all.length === 0) say('no sandbox is up');
  process.exitCode = all.length > 0 && all.every(({ wrong }) => wrong === undefined) ? 0 : 3;
});

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
