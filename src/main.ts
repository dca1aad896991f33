#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { Command as Commander } from 'commander';
import { namespace } from './backends/shared/namespace.ts';
import { render as renderNative } from './backends/native/render.ts';
import { ls } from './cli/ls.ts';
import { render } from './cli/render.ts';
import { serve as serveCommand } from './cli/serve.ts';
import { connect } from './cluster/connect.ts';
import { readConfig, variables } from './config/config.ts';
import { previewOf } from './intake/preview-of.ts';
import { kinds } from './model/kinds.ts';
import { textOf } from './model/problem.ts';
import { designOf } from './plan/design.ts';
import { pathUrl } from './plan/urls/path.ts';
import { serve } from './serve.ts';
import type { Command, Tools } from './cli/api.ts';
import type { Config } from './config/api.ts';
import type { Preview } from './model/preview.ts';

const commands: readonly Command[] = [serveCommand, ls, render];

const program = new Commander('offshoot')
  .description('An Airflow of its own for every feature branch of a DAG repository.')
  .showHelpAfterError();
for (const [key, variable] of Object.entries(variables)) {
  program.option(
    `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <value>`,
    `instead of ${variable}`,
  );
}

const tools: Tools = {
  config: () => readConfig(process.env, program.opts()),
  serve,
  async previews(config: Config, where) {
    const connection = await connect({
      ...(config.kubeconfig && { kubeconfig: config.kubeconfig }),
      ...(config.context && { context: config.context }),
    });
    try {
      return (await connection.cluster.list<Preview>(kinds.Preview, where ? { namespace: where } : {})).items;
    } finally {
      await connection.close();
    }
  },
  render(repository, branch) {
    const config = readConfig({}, {});
    const owner = { namespace: repository.metadata.namespace ?? 'default', name: repository.metadata.name };
    const inNamespace = { ...repository, metadata: { ...repository.metadata, namespace: owner.namespace } };
    const preview = previewOf(inNamespace, branch, {}) as Preview;
    const url = pathUrl(repository.spec.url.base, owner, branch, new Set());
    const network = { allowed: [], apiServer: [], gatewayNamespace: config.gatewayNamespace };
    const design = designOf(inNamespace, preview, url, network, {
      gitSyncImage: config.gitSyncImage,
      syncedBase: config.syncedUrl,
    });
    return [namespace(design), ...renderNative(design)];
  },
  readFile: (path) => readFile(path, 'utf8'),
  ended: () =>
    new Promise((resolve) =>
      ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, () => resolve())),
    ),
};

for (const command of commands) {
  const sub = program.command(command.name).description(command.description);
  for (const [syntax, description] of command.arguments ?? []) sub.argument(syntax, description);
  for (const [syntax, description] of command.options ?? []) sub.option(syntax, description);
  sub.action(async () => {
    const { out, exitCode } = await command.run(tools, sub.args, sub.opts());
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
