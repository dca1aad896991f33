import type { ClusterError } from '../cluster/api.ts';

interface Where {
  server: string;
  context: string | undefined;
}

/** The Kubernetes API's own words, followed by what they mean for the person at the terminal and what to do. */
export function clusterTrouble(thrown: unknown, { server, context }: Where): Error {
  if (!isClusterError(thrown)) return thrown instanceof Error ? thrown : new Error(String(thrown));
  const advice = adviceFor(thrown, `${server}${context ? ` (context ${context})` : ''}`);
  return new Error(advice ? `${thrown.message.replace(/\.?$/, '.')} ${advice}` : thrown.message, {
    cause: thrown,
  });
}

function adviceFor({ code, status, objectMissing }: ClusterError, cluster: string): string | undefined {
  if (code === 'NotFound' && !objectMissing)
    return `Offshoot’s CRDs are not installed in ${cluster}. Run kubectl apply -f helm/offshoot/crd, or select another cluster with --context.`;
  if (code === 'Forbidden')
    return 'Ask an administrator for that permission, or use --namespace to select a namespace that you can read.';
  if (code === 'Unauthorized')
    return `${cluster} does not recognize your credentials: log in again, or select another cluster with --context.`;
  if (status === undefined && (code === 'Unreachable' || code === 'Timeout'))
    return `Is ${cluster} the right cluster? Select another with --context.`;
  return undefined;
}

const isClusterError = (thrown: unknown): thrown is ClusterError =>
  thrown instanceof Error && thrown.name === 'ClusterError';
