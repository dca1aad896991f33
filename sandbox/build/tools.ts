/** A program that is built here from a Go module of ours under `sandbox/go/`, whose go.mod and go.sum pin everything. */
export interface Tool {
  name: string;
  /** Folder under `sandbox/go/`; tools of one folder share their dependencies' versions. */
  module: string;
  /** What `go build` is given; `.` is the folder's own main.go. */
  package: string;
  /** Seconds on two cores with nothing compiled before, in the order of this list: later ones find much of it compiled. */
  usualSeconds: number;
}

const kubernetes = (name: string, usualSeconds: number): Tool => ({
  name,
  module: 'kubernetes',
  package: `k8s.io/kubernetes/cmd/${name}`,
  usualSeconds,
});

export const tools: readonly Tool[] = [
  kubernetes('kube-apiserver', 240),
  kubernetes('kube-controller-manager', 50),
  { name: 'etcd', module: 'etcd', package: 'go.etcd.io/etcd/server/v3', usualSeconds: 25 },
  kubernetes('kubectl', 20),
  kubernetes('kube-scheduler', 10),
  kubernetes('kubelet', 20),
  kubernetes('kube-proxy', 10),
  { name: 'coredns', module: 'coredns', package: '.', usualSeconds: 75 },
  { name: 'pause', module: 'pause', package: '.', usualSeconds: 2 },
];

/** Installs charts; of no cluster's size, so it is built only for who asks. */
export const helm: Tool = {
  name: 'helm',
  module: 'helm',
  package: 'helm.sh/helm/v3/cmd/helm',
  usualSeconds: 90,
};

const controlPlane = new Set(['kube-apiserver', 'kube-controller-manager', 'etcd', 'kubectl']);

export function toolsFor(size: 'control-plane' | 'node'): readonly Tool[] {
  return size === 'node' ? tools : tools.filter((tool) => controlPlane.has(tool.name));
}
