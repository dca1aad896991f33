/**
 * What of a pod breaks PodSecurity `restricted`, control by control as "Pod Security Standards" of the Kubernetes documentation lists
 * them. Written from that page alone, so that it can disagree with what we render.
 */
export function podSecurityFaults(spec: PodSpec): string[] {
  const faults: string[] = [];
  const refuse = (broken: unknown, text: string) => {
    if (broken) faults.push(text);
  };
  const containers = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  const pod = spec.securityContext ?? {};

  // Baseline
  refuse(spec.hostNetwork || spec.hostPID || spec.hostIPC, 'shares a host namespace');
  refuse(pod.windowsOptions?.hostProcess, 'is a HostProcess');
  refuse((pod.sysctls ?? []).length > 0, 'sets sysctls');
  refuse(pod.seLinuxOptions?.user ?? pod.seLinuxOptions?.role, 'sets an SELinux user or role');
  refuse(pod.seccompProfile?.type === 'Unconfined', 'is seccomp-unconfined');
  refuse(pod.appArmorProfile?.type === 'Unconfined', 'is AppArmor-unconfined');
  // Restricted
  for (const { name, ...source } of spec.volumes ?? [])
    refuse(
      Object.keys(source).some((type) => !VOLUMES.has(type)),
      `volume ${name} is of no allowed type`,
    );
  refuse(pod.runAsNonRoot === false, 'may run as root');
  refuse(pod.runAsUser === 0, 'runs as root');

  for (const {
    name,
    securityContext: own = {},
    ports,
    startupProbe,
    readinessProbe,
    livenessProbe,
    lifecycle,
  } of containers) {
    const of = (text: string) => `container ${name} ${text}`;
    refuse(own.privileged, of('is privileged'));
    refuse(
      (ports ?? []).some(({ hostPort }) => hostPort),
      of('takes a port of the host'),
    );
    refuse(own.procMount && own.procMount !== 'Default', of('has another /proc mount'));
    for (const probe of [
      startupProbe,
      readinessProbe,
      livenessProbe,
      lifecycle?.postStart,
      lifecycle?.preStop,
    ])
      refuse(probe?.httpGet?.host || probe?.tcpSocket?.host, of('probes another host'));
    refuse(own.allowPrivilegeEscalation !== false, of('may gain privileges'));
    refuse((own.runAsNonRoot ?? pod.runAsNonRoot) !== true, of('may run as root'));
    refuse(own.runAsUser === 0, of('runs as root'));
    const seccomp = (own.seccompProfile ?? pod.seccompProfile)?.type ?? '';
    refuse(!['RuntimeDefault', 'Localhost'].includes(seccomp), of('has no seccomp profile'));
    refuse(!own.capabilities?.drop?.includes('ALL'), of('keeps capabilities'));
    refuse(
      (own.capabilities?.add ?? []).some((one) => one !== 'NET_BIND_SERVICE'),
      of('adds capabilities'),
    );
  }
  return faults;
}

const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

export interface PodSpec {
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: SecurityContext & { sysctls?: unknown[] };
  volumes?: { name: string; [type: string]: unknown }[];
  initContainers?: Container[];
  containers?: Container[];
  ephemeralContainers?: Container[];
}

interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  privileged?: boolean;
  procMount?: string;
  allowPrivilegeEscalation?: boolean;
  seccompProfile?: { type?: string };
  appArmorProfile?: { type?: string };
  seLinuxOptions?: { user?: string; role?: string };
  windowsOptions?: { hostProcess?: boolean };
  capabilities?: { drop?: string[]; add?: string[] };
}

interface Handler {
  httpGet?: { host?: string };
  tcpSocket?: { host?: string };
}

export type Amounts = Partial<Record<'cpu' | 'memory' | 'ephemeral-storage', string>>;

export interface Container {
  name: string;
  restartPolicy?: string;
  securityContext?: SecurityContext;
  ports?: { hostPort?: number }[];
  startupProbe?: Handler & { exec?: { command: string[] } };
  readinessProbe?: Handler & { exec?: { command: string[] } };
  livenessProbe?: Handler & { exec?: { command: string[] } };
  lifecycle?: { postStart?: Handler; preStop?: Handler };
  image?: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  envFrom?: { configMapRef?: { name: string } }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  resources?: { requests?: Amounts; limits?: Amounts };
}
