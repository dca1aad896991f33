import { kinds } from '../model/kinds.ts';
import { textOf } from '../model/problem.ts';
import { definitions, rights, version } from './doctor/cluster.ts';
import { checked, show, unknown, well, wrong, type Finding } from './doctor/finding.ts';
import { images } from './doctor/images.ts';
import { orphans } from './doctor/orphans.ts';
import { repository } from './doctor/repository.ts';
import type { KubeObject } from '../cluster/api.ts';
import type { Access, Command, Probes, Tools } from './api.ts';

interface Group {
  about: string;
  findings: Finding[];
}

const OLDEST_NODE = 24;

export const doctor: Command = {
  name: 'doctor',
  description: 'Check everything that Offshoot depends on, and say how to fix what is wrong.',
  options: [
    ['-n, --namespace <namespace>', 'check only the DagRepositories in this namespace'],
    ['--json', 'print the findings as JSON'],
  ],
  notes: `✓ ok, ✗ problem, ! could not be checked. Nothing is changed. Git host, channels and gateway are contacted from this machine.
Exit codes: 0 no problems, 1 problems found.`,
  async run(tools, _args, { namespace, json }) {
    const { probes } = tools;
    const groups: Group[] = [{ about: 'This machine', findings: machine(probes) }];
    await tools
      .withCluster(async (access) => {
        const [first, ...others] = await lookAt(
          access,
          tools,
          typeof namespace === 'string' ? namespace : undefined,
        );
        if (first) groups.push(first, ...others);
      })
      .catch((error: unknown) => groups.push({ about: 'Cluster', findings: [wrong(textOf(error))] }));
    const exitCode = groups.some(({ findings }) => findings.some(({ level }) => level === 'wrong')) ? 1 : 0;
    if (json === true) return { exitCode, out: `${JSON.stringify(groups, null, 2)}\n` };
    return {
      exitCode,
      out: groups.map(({ about, findings }) => [about, ...findings.map(show), ''].join('\n')).join('\n'),
    };
  },
};

function machine({ nodeVersion }: Probes): Finding[] {
  const old = parseInt(nodeVersion, 10) < OLDEST_NODE;
  const said = `Node ${nodeVersion}`;
  return [old ? wrong(said, `Offshoot needs Node ${OLDEST_NODE} or newer.`) : well(said)];
}

async function lookAt(access: Access, tools: Tools, namespace: string | undefined): Promise<Group[]> {
  // Without an answer to this one, no other check makes sense: its error ends the run.
  const first = await version(access);
  const { cluster } = access;
  const { probes } = tools;
  const [kindsThere, mayDo, left] = await Promise.all([
    definitions(access),
    rights(access, probes),
    orphans(access),
  ]);
  let repositories: KubeObject[] = [];
  const listed = await checked('DagRepositories', async () => {
    repositories = (await cluster.list<KubeObject>(kinds.DagRepository, namespace ? { namespace } : {}))
      .items;
    return repositories.length
      ? []
      : [unknown('there is no DagRepository yet', 'Create one: see step 3 of “Use it” in the README.')];
  });
  const each = repositories.map(async (object) => ({
    about: `DagRepository ${object.metadata.namespace}/${object.metadata.name}`,
    findings: await repository(access, tools, object),
  }));
  const pullable = await images(access, probes, repositories);
  return [
    {
      about: 'Cluster',
      findings: [...first, ...kindsThere, ...mayDo, NETWORK, ...pullable, ...listed, ...left],
    },
    ...(await Promise.all(each)),
  ];
}

const NETWORK = unknown(
  'whether the network plugin enforces NetworkPolicies could not be checked',
  'If it does not, a branch’s pods can reach private addresses. Calico and Cilium enforce them; plain bridge and flannel do not.',
);
