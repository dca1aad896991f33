import { createHash } from 'node:crypto';
import type { Paths } from './state.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { Certificate } from './pki.ts';
import { certificates, subject } from './pki.ts';

export interface ClusterPki {
  ca: Certificate;
  /** Signs who may speak for others: aggregated API servers trust the API server's own client by it. */
  frontProxyCa: Certificate;
  apiServer: Certificate;
  frontProxy: Certificate;
  kubeletClient: Certificate;
  serviceAccounts: { key: string; publicKey: string };
  /** Writes a kubeconfig into the sandbox's folder for a user of these groups. */
  kubeconfig(path: string, user: string, groups?: readonly string[]): Promise<string>;
}

/** Writes a kubeconfig with a new client certificate of the cluster's CA for this user; returns its path. */
export async function issueKubeconfig(
  paths: Paths,
  options: { name: string; server: string; path: string; user: string; groups: readonly string[] },
): Promise<string> {
  const { name, server, path, user, groups } = options;
  const { authority, signed } = certificates(paths.pki);
  const ca = await authority('ca');
  const client = await signed(userKey(user, groups), { by: ca, subj: subject(user, groups) });
  await writeKubeconfig(path, { name, server, ca: ca.cert, user, client });
  return path;
}

/** A file name that no other user or set of groups has. */
export function userKey(user: string, groups: readonly string[] = []): string {
  const readable = user.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 40);
  const hash = createHash('sha256')
    .update(JSON.stringify([user, ...groups]))
    .digest('hex');
  return `user-${readable}-${hash.slice(0, 10)}`;
}

/** All keys of one cluster; `addresses` are where its API server is reached. */
export async function clusterPki(
  paths: Paths,
  { name, server, addresses }: { name: string; server: string; addresses: readonly string[] },
): Promise<ClusterPki> {
  const { authority, signed, serviceAccountKey } = certificates(paths.pki);
  const [ca, frontProxyCa, serviceAccounts] = await Promise.all([
    authority('ca'),
    authority('front-proxy-ca'),
    serviceAccountKey(),
  ]);
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const names = [
    ...[...service, 'kubernetes.default.svc.cluster.local', 'localhost'].map((host) => `DNS:${host}`),
    ...addresses.map((address) => `IP:${address}`),
  ];
  const [apiServer, frontProxy, kubeletClient] = await Promise.all([
    signed('kube-apiserver', { by: ca, subj: subject('kube-apiserver'), names }),
    signed('front-proxy-client', { by: frontProxyCa, subj: subject('front-proxy-client') }),
    signed('kubelet-client', { by: ca, subj: subject('kube-apiserver-kubelet-client', ['system:masters']) }),
  ]);

  const kubeconfig = (path: string, user: string, groups: readonly string[] = []) =>
    issueKubeconfig(paths, { name, server, path, user, groups });

  return { ca, frontProxyCa, apiServer, frontProxy, kubeletClient, serviceAccounts, kubeconfig };
}
