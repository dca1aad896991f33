import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import * as airflows from '../airflow/all.ts';
import { backendKind } from '../backends/all.ts';
import { namespace } from '../backends/shared/namespace.ts';
import { browserCommand } from '../cli/browser.ts';
import { clusterTrouble } from '../cli/cluster-trouble.ts';
import { connect } from '../cluster/connect.ts';
import { readConfig } from '../config/config.ts';
import { previewOf } from '../intake/preview-of.ts';
import { designOf } from '../plan/design.ts';
import { pathUrl } from '../plan/urls/path.ts';
import { Taken } from '../plan/urls/taken.ts';
import { createProbes } from './probes.ts';
import { repositoryReader } from './read-repository.ts';
import { serve } from './serve.ts';
import { useProxy } from './use-proxy.ts';
import type { Tools } from '../cli/api.ts';
import type { Preview } from '../model/preview.ts';

interface Surroundings {
  environment: Record<string, string | undefined>;
  /** The flags given, by the setting's name. */
  flags(): Record<string, string | undefined>;
}

/** What the commands work with: everything that touches the cluster, the terminal or the machine. */
export function createTools({ environment, flags }: Surroundings): Tools {
  const config = () => readConfig(environment, flags());
  const backend = backendKind(airflows);
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    config,
    serve: (config) => serve(useProxy(config)),
    tell,
    print: (line) => void process.stdout.write(`${line}\n`),
    async withCluster(use) {
      const { kubeconfig, context } = config();
      const { cluster, server, close, ...found } = await connect({
        ...(kubeconfig && { kubeconfig }),
        ...(context && { context }),
        log: { warn: (_about, message) => tell(message) },
      });
      try {
        return await use({ cluster, server, context: found.context });
      } catch (error) {
        throw clusterTrouble(error, { server, context: found.context });
      } finally {
        await close();
      }
    },
    readRepository: repositoryReader(airflows.dialectOf, backend),
    render(repository, branch) {
      const { gitSyncImage, syncedUrl } = readConfig({}, {});
      const owner = { namespace: repository.metadata.namespace ?? 'default', name: repository.metadata.name };
      const inNamespace = { ...repository, metadata: { ...repository.metadata, namespace: owner.namespace } };
      const preview = previewOf(inNamespace, branch, {}) as Preview;
      const url = pathUrl(repository.spec.url.base, owner, branch, new Taken());
      const network = { allowed: [], apiServer: [], dns: [], offshoot: undefined };
      const settings = { gitSyncImage, syncedBase: syncedUrl };
      const design = designOf(inNamespace, preview, url, network, settings);
      return [namespace(design), ...backend.render(design)];
    },
    backend,
    probes: createProbes(() => useProxy(config())),
    readFile: (path) => readFile(path, 'utf8'),
    async browse(url) {
      const [program, ...args] = browserCommand(url, process.platform, environment) ?? [];
      return program !== undefined && started(program, args);
    },
    ended: () =>
      new Promise((resolve) =>
        ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, () => resolve())),
      ),
  };
}

/** Starts a program that outlives us; false if there is no such program. */
const started = (program: string, args: string[]) =>
  new Promise<boolean>((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
