import { proxyVariables } from '../../model/proxy.ts';
import { literal } from '../shared/pod.ts';
import type { Design } from '../../plan/api.ts';

/**
 * What git-sync, Airflow and tasks go through the proxy by, and what they reach without it: their own Services, by whatever name, Offshoot,
 * and the API server, whose address the kubelet puts in.
 */
export function proxyEnv({ proxy, namespace }: Design): { name: string; value: string }[] {
  if (!proxy) return [];
  const within = ['localhost', '127.0.0.1', '::1', 'postgres', `.${namespace}`, '.svc', '.cluster.local'];
  const no = [...(proxy.no ? [proxy.no] : []), ...within].join(',');
  return Object.entries(proxyVariables({ ...proxy, no })).map(([name, value]) => ({
    name,
    value: literal(value) + (name.toLowerCase() === 'no_proxy' ? ',$(KUBERNETES_SERVICE_HOST)' : ''),
  }));
}
