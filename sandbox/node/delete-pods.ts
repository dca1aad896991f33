import { waitFor } from '../base/wait.ts';
import { apiClient } from '../cluster/api-client.ts';

interface PodList {
  items?: { metadata: { name: string; namespace: string } }[];
}

/** Deletes every pod and waits until kubelet has taken it apart; those that hang are ended by force later. */
export async function deletePods(kubeconfig: string, log: (line: string) => void): Promise<void> {
  const api = await apiClient(kubeconfig);
  const pods = async () => {
    const { status, body } = await api('GET', '/api/v1/pods');
    return status === 200 ? ((JSON.parse(body) as PodList).items ?? []) : undefined;
  };
  const remove = ({ metadata: { namespace, name } }: { metadata: { name: string; namespace: string } }) =>
    api('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds: 1 });
  await Promise.all(((await pods()) ?? []).map(remove));
  const gone = await waitFor(async () => (await pods())?.length === 0, { timeout: 15_000, interval: 200 });
  if (!gone) log('some pods do not end by themselves: ending them by force');
}
