/** What a preview's pods may reach. */
export interface Network {
  /** Private addresses that pods may reach besides their own namespace: the git host and Offshoot itself. */
  allowed: string[];
  apiServer: { address: string; port: number }[];
  /** Where pods ask for names; empty: nobody knows. */
  dns: string[];
  /** Offshoot's own pods, which carry the label `role`; undefined when it runs outside the cluster. */
  offshoot: { namespace: string; webhookPort: number } | undefined;
}
