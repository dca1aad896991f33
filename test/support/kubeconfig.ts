import { inject } from 'vitest';

/** The kubeconfig of the real API server that test/support/control-plane.ts brought up for this run. */
export function kubeconfig(): string {
  const path = inject('controlPlaneKubeconfig');
  if (path) return path;
  throw new Error(
    'no control plane: run the cluster tests with globalSetup test/support/control-plane.ts (npm test)',
  );
}
