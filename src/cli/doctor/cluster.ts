import { customResourceDefinitions } from '../../model/crd.ts';
import { sameJson } from '../../model/same-json.ts';
import { codeOf } from '../../model/problem.ts';
import { missingRights, type Rule } from './rights.ts';
import { checked, unknown, well, wrong, type Finding } from './finding.ts';
import type { Access, Probes } from '../api.ts';

/** Native sidecars, on by default. */
const OLDEST_MINOR = 29;
const APPLY_CRDS = 'kubectl apply -f helm/offshoot/crd, or upgrade the chart.';
const APPLY_ROLE = 'kubectl apply -f helm/offshoot/rbac, or upgrade the chart.';
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
    return checked(`kind ${name}`, async () => {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      const theirs = await (cluster.raw('GET', path) as Promise<Definition>).catch(absent);
      if (!theirs) return [wrong(`kind ${name} is not installed`, APPLY_CRDS)];
      const differs = ours.spec.versions.some(
        ({ name: served, schema }) =>
          !sameJson(schema, theirs.spec.versions.find((one) => one.name === served)?.schema),
      );
      return [
        differs
          ? wrong(`kind ${name} is that of another version of Offshoot`, APPLY_CRDS)
          : well(`kind ${name} is this version’s`),
      ];
    });
  });
  return (await Promise.all(looks)).flat();
}

/** The shipped role in the cluster, to whom it is bound, and whether the one who asks could run Offshoot. */
export async function rights({ cluster }: Access, { shippedRole }: Probes): Promise<Finding[]> {
  const required = await shippedRole();
  if (!required) return [unknown('rights: the rules that Offshoot ships are not at hand here')];
  let bound: string[] = [];
  const role = await checked('ClusterRole offshoot', async () => {
    const found = await (
      cluster.raw('GET', `${RBAC}/clusterroles/offshoot`) as Promise<{ rules: Rule[] }>
    ).catch(absent);
    if (!found) return [wrong('ClusterRole offshoot is not there', APPLY_ROLE)];
    const missing = missingRights(required, found.rules ?? []);
    const state = missing.length
      ? wrong(`ClusterRole offshoot lacks: ${missing.join('; ')}`, APPLY_ROLE)
      : well('ClusterRole offshoot has every right that Offshoot needs');
    bound = await boundTo(cluster);
    return [
      state,
      bound.length
        ? well(`it is bound to ${bound.join(', ')}`)
        : wrong('it is bound to nobody', 'Bind it to the identity that runs offshoot serve.'),
    ];
  });
  return [...role, ...(await checked('your own rights', () => own(cluster, required, bound)))];
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
  if (missing.length === 0) return [well('you may do all that Offshoot does')];
  const said = `you may not: ${missing.join('; ')}`;
  if (review.status.incomplete) return [unknown(`${said} (the cluster does not tell all rights)`)];
  if (bound.length) return [unknown(said, `No harm as long as Offshoot runs as ${bound.join(' or ')}.`)];
  return [wrong(said, 'Offshoot cannot run as you: bind the ClusterRole offshoot.')];
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
