import type { KubeConfig } from '@kubernetes/client-node';

const FRESH_MS = 60_000;

/** A KubeConfig at most a minute old: files and tokens are replaced while we run. */
export function freshConfig(load: () => KubeConfig): () => KubeConfig {
  let known: { config: KubeConfig; at: number } | undefined;
  return () => {
    if (!known || performance.now() - known.at > FRESH_MS) known = { config: load(), at: performance.now() };
    return known.config;
  };
}
