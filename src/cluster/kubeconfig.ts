import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { ClusterError } from './errors.ts';

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export interface KubeconfigChoice {
  /** One path, or several as in KUBECONFIG: the first that names a thing wins. */
  kubeconfig?: string;
  context?: string;
}

/** Reads the credentials anew: the given files, else the pod's service account, else kubectl's default rules. */
export function loadKubeconfig({ kubeconfig, context }: KubeconfigChoice): KubeConfig {
  const config = kubeconfig ? fromFiles(kubeconfig) : fromSurroundings();
  if (context !== undefined) {
    if (!config.getContextObject(context)) {
      const known = config.getContexts().map(({ name }) => name);
      throw new ClusterError(
        'BadRequest',
        `The kubeconfig has no context "${context}": choose one of ${known.join(', ') || '(none)'}`,
      );
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (!cluster?.server) {
    throw new ClusterError(
      'BadRequest',
      `The kubeconfig's context "${config.getCurrentContext() ?? ''}" names no cluster: ` +
        'set its current-context, or choose one with --context',
    );
  }
  // client-node refuses plain http otherwise; there is no TLS to skip on such a connection.
  if (cluster.server.startsWith('http:')) {
    config.clusters = config.clusters.map((one) => (one === cluster ? { ...one, skipTLSVerify: true } : one));
  }
  return config;
}

function fromFiles(paths: string): KubeConfig {
  const merged = new KubeConfig();
  paths
    .split(delimiter)
    .filter((path) => path !== '')
    .forEach((path, position) => {
      const next = position === 0 ? merged : new KubeConfig();
      try {
        next.loadFromFile(path);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new ClusterError(
          'BadRequest',
          `Cannot use the kubeconfig ${path}: ${why}; give the path of a readable one with --kubeconfig`,
          { cause },
        );
      }
      if (next !== merged) addWhatIsNew(merged, next);
    });
  return merged;
}

/** Like kubectl: what an earlier file said stands. (client-node's mergeConfig throws on a name used twice.) */
function addWhatIsNew(into: KubeConfig, from: KubeConfig): void {
  const missing = <T extends { name: string }>(known: T[], more: T[]): T[] => [
    ...known,
    ...more.filter(({ name }) => !known.some((one) => one.name === name)),
  ];
  into.clusters = missing(into.clusters, from.clusters);
  into.users = missing(into.users, from.users);
  into.contexts = missing(into.contexts, from.contexts);
  into.currentContext ||= from.currentContext;
}

function fromSurroundings(): KubeConfig {
  const config = new KubeConfig();
  try {
    if (existsSync(tokenFile)) config.loadFromCluster();
    else config.loadFromDefault();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ClusterError('BadRequest', `Cannot use the kubeconfig: ${why}; name one with --kubeconfig`, {
      cause,
    });
  }
  return config;
}
