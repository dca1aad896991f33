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

/**
 * What a container of ours gets, and the most it may take: so that a branch cannot use up its node. None reaches its limits in ordinary
 * life. No limit of CPU: it doubles the start. Without a request for disk, Kubernetes would take the limit for it.
 */
export const room = (cpu: string, memory: { usual: string; most: string }, disk: string) => ({
  requests: { cpu, memory: memory.usual, 'ephemeral-storage': '0' },
  limits: { memory: memory.most, 'ephemeral-storage': disk },
});

/** Room to write into. Who writes more is put out by the kubelet, which says so: a branch must not fill its node's disk. */
export const scratch = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } });

export const secretEnv = (name: string, secret: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

/** `$(NAME)` in a value is expanded by the kubelet; `$$(NAME)` is not. Text from outside must not be expanded. */
export const literal = (text: string) => text.replaceAll('$', '$$$$');

/** Texts as a container's environment, in a stable order. */
export const envList = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value: literal(value) }));
