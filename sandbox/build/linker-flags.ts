import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { requiredVersion } from './module-key.ts';

const strip = '-s -w';

/** What `go build -ldflags` is given for a module: programs built from their modules do not know their version otherwise. */
export async function linkerFlags(folder: string): Promise<string> {
  const values = valuesFor[basename(folder)];
  if (!values) return strip;
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
  const settings = Object.entries(values(goMod)).map(([key, value]) => `-X ${key}=${value}`);
  return [strip, ...settings].join(' ');
}

const valuesFor: Record<string, (goMod: string) => Record<string, string>> = {
  // A Kubernetes that calls itself v0.0.0-master refuses version checks.
  kubernetes(goMod) {
    const version = requiredVersion(goMod, 'k8s.io/kubernetes');
    const [major = '', minor = ''] = version.slice(1).split('.');
    const known = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
    return Object.fromEntries(
      Object.entries(known).map(([key, value]) => [`k8s.io/component-base/version.${key}`, value]),
    );
  },
  // Without a cluster, Helm checks a chart's kubeVersion against that of its client library: v0.37.1 is of Kubernetes 1.37.
  helm(goMod) {
    const [, minor = ''] = requiredVersion(goMod, 'k8s.io/client-go').split('.');
    const kubernetes = (place: string) => ({
      [`helm.sh/helm/v3/${place}.k8sVersionMajor`]: '1',
      [`helm.sh/helm/v3/${place}.k8sVersionMinor`]: minor,
    });
    return {
      'helm.sh/helm/v3/internal/version.version': requiredVersion(goMod, 'helm.sh/helm/v3'),
      ...kubernetes('pkg/chartutil'),
      ...kubernetes('pkg/lint/rules'),
    };
  },
};
