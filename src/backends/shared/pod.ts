/** What every container of ours runs under; it meets PodSecurity `restricted`. */
export const hardened = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

export const podSecurity = (uid: number, gid: number, fsGroup: number) => ({
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: gid,
  fsGroup,
  seccompProfile: { type: 'RuntimeDefault' },
});

/** Room to write into. Who writes more is put out by the kubelet, which says so: a branch must not fill its node's disk. */
export const scratch = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } });

export const secretEnv = (name: string, secret: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

/** Environment as Kubernetes lists it, in a stable order. */
export const envList = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** `$(NAME)` in a value is expanded by the kubelet; `$$(NAME)` is not. Text from outside must not be expanded. */
export const literal = (text: string) => text.replaceAll('$', '$$$$');
