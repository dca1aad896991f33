import { customResourceDefinitions } from '../../model/crd.ts';
import { sameJson } from '../../model/same-json.ts';
import { codeOf } from '../../model/problem.ts';
import { missingRights, type Rule } from './rights.ts';
import { checked, unknown, well, wrong, type Finding } from './finding.ts';
import type { Access, Probes } from '../api.ts';

/** Native sidecars, on by default. */
const OLDEST_MINOR = 29;
const APPLY_CRDS = 'Run kubectl apply -f helm/offshoot/crd, or upgrade the chart.';
const APPLY_ROLE = 'Run kubectl apply -f helm/offshoot/rbac, or upgrade the chart.';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

export async function version({ cluster, server }: Access): Promise<Finding[]> {
  const { major, minor, gitVersion } = (await cluster.raw('GET', '/version')) as Record<string, string>;
  const said = `Kubernetes ${gitVersion ?? '?'} at ${server}`;
  // EKS and GKE write 33+.
  const old = Number(major) === 1 && parseInt(minor ?? '', 10) < OLDEST_MINOR;
  return [
    old
      ? wrong(said, `Offshoot needs 1.${OLDEST_MINOR} or newer: previews use native sidecars.`)
      : well(said),
  ];
}

interface Definition {
  metadata: { name: string };
  spec: { versions: { name: string; schema?: unknown }[] };
}

export async function definitions({ cluster }: Access): Promise<Finding[]> {
  const looks = (customResourceDefinitions() as unknown as Definition[]).map(async (ours) => {
    const { name } = ours.metadata;
    return checked(`CRD ${name}`, async () => {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      const theirs = await (cluster.raw('GET', path) as Promise<Definition>).catch(absent);
      if (!theirs) return [wrong(`CRD ${name} is not installed`, APPLY_CRDS)];
      const differs = ours.spec.versions.some(
        ({ name: served, schema }) =>
          !sameJson(schema, theirs.spec.versions.find((one) => one.name === served)?.schema),
      );
      return [
        differs
          ? wrong(`CRD ${name} belongs to another version of Offshoot`, APPLY_CRDS)
          : well(`CRD ${name} matches this version`),
      ];
    });
  });
  return (await Promise.all(looks)).flat();
}

/** The shipped role in the cluster, what it is bound to, and whether the current user could run Offshoot. */
export async function rights({ cluster }: Access, { shippedRole }: Probes): Promise<Finding[]> {
  const required = await shippedRole();
  if (!required)
    return [
      unknown('permissions could not be checked: the rules that Offshoot ships are not available here'),
    ];
  let bound: string[] = [];
  const role = await checked('ClusterRole offshoot', async () => {
    const found = await (
      cluster.raw('GET', `${RBAC}/clusterroles/offshoot`) as Promise<{ rules: Rule[] }>
    ).catch(absent);
    if (!found) return [wrong('ClusterRole offshoot does not exist', APPLY_ROLE)];
    const missing = missingRights(required, found.rules ?? []);
    const state = missing.length
      ? wrong(`ClusterRole offshoot lacks: ${missing.join('; ')}`, APPLY_ROLE)
      : well('ClusterRole offshoot grants every permission that Offshoot needs');
    bound = await boundTo(cluster);
    return [
      state,
      bound.length
        ? well(`it is bound to ${bound.join(', ')}`)
        : wrong('it is not bound to anything', 'Bind it to the identity that runs offshoot serve.'),
    ];
  });
  return [...role, ...(await checked('your own permissions', () => own(cluster, required, bound)))];
}

async function own(cluster: Access['cluster'], required: Rule[], bound: string[]): Promise<Finding[]> {
  const review = (await cluster.raw('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: 'default' },
    },
  })) as { status: { resourceRules: Rule[]; incomplete: boolean } };
  const missing = missingRights(required, review.status.resourceRules);
  if (missing.length === 0) return [well('you have every permission that Offshoot needs')];
  const said = `you lack permission to: ${missing.join('; ')}`;
  if (review.status.incomplete) return [unknown(`${said} (the cluster does not list all permissions)`)];
  if (bound.length) return [unknown(said, `This is fine as long as Offshoot runs as ${bound.join(' or ')}.`)];
  return [wrong(said, 'Offshoot cannot run as you: bind the ClusterRole offshoot to your user.')];
}

async function boundTo(cluster: Access['cluster']): Promise<string[]> {
  const { items } = (await cluster.raw('GET', `${RBAC}/clusterrolebindings`)) as {
    items: {
      roleRef: { name: string };
      subjects?: { kind: string; name: string; namespace?: string }[];
    }[];
  };
  return items
    .filter(({ roleRef }) => roleRef.name === 'offshoot')
    .flatMap(({ subjects = [] }) =>
      subjects.map(({ kind, name, namespace }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`),
    );
}

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'NotFound') throw error;
}
