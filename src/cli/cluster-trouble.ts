import type { ClusterError } from '../cluster/api.ts';

interface Where {
  server: string;
  context: string | undefined;
}

/** What a refusal of the Kubernetes API means for the person at the terminal, and what to do; the API's own words come first. */
export function clusterTrouble(thrown: unknown, { server, context }: Where): Error {
  if (!isClusterError(thrown)) return thrown instanceof Error ? thrown : new Error(String(thrown));
  const advice = adviceFor(thrown, `${server}${context ? ` (context ${context})` : ''}`);
  return new Error(advice ? `${thrown.message.replace(/\.?$/, '.')} ${advice}` : thrown.message, {
    cause: thrown,
  });
}

function adviceFor({ code, status, objectMissing }: ClusterError, cluster: string): string | undefined {
  if (code === 'NotFound' && !objectMissing)
    return `Offshoot’s kinds are not installed in ${cluster}: kubectl apply -f helm/offshoot/crd, or choose another cluster with --context.`;
  if (code === 'Forbidden')
    return 'Ask an administrator for that right, or name a namespace that you may read with --namespace.';
  if (code === 'Unauthorized')
    return `${cluster} does not know you: log in again, or choose another --context.`;
  if (status === undefined && (code === 'Unreachable' || code === 'Timeout'))
    return `Is ${cluster} the right cluster? Choose another with --context.`;
  return undefined;
}

const isClusterError = (thrown: unknown): thrown is ClusterError =>
  thrown instanceof Error && thrown.name === 'ClusterError';
