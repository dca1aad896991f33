import { findCondition } from '../../model/conditions.ts';
import { matchesBranch } from '../../model/branch-patterns.ts';
import { namedBy } from '../../model/git-source.ts';
import { kinds } from '../../model/kinds.ts';
import { rowOf } from '../../model/reasons.ts';
import { textOf } from '../../model/problem.ts';
import { openSecret } from '../../model/secret-use.ts';
import { droppedFields } from './dropped-fields.ts';
import { checked, unknown, well, wrong, type Finding } from './finding.ts';
import type { KubeObject } from '../../cluster/api.ts';
import type { DagRepository } from '../../model/dag-repository.ts';
import type { ReadSecret, SecretUse } from '../../model/secret-use.ts';
import type { Channel } from '../../notify/api.ts';
import type { Access, Probes, Tools } from '../api.ts';

type Check = [what: string, look: () => Promise<Finding[]>];

/** Everything that one DagRepository depends on. */
export async function repository(
  access: Access,
  { probes, readRepository }: Pick<Tools, 'probes' | 'readRepository'>,
  object: KubeObject,
): Promise<Finding[]> {
  const dropped = droppedFields(object);
  const spec = readRepository(object);
  if (!spec.ok)
    return [...dropped, wrong(`its spec is invalid: ${spec.message}`, 'Correct the DagRepository.')];
  const { repository: found } = spec;
  const checks: Check[] = [
    ['its conditions', async () => conditions(found)],
    ['webhook', () => webhook(access, found)],
    ['git host', () => gitHost(access, probes, found)],
    ...probes.channels(readerOf(access)).map((channel): Check => [channel.title, () => told(channel, found)]),
    ['gateway', () => gateway(probes, found)],
  ];
  const findings = await Promise.all(checks.map(([what, look]) => checked(what, look)));
  return [...dropped, ...findings.flat()];
}

function conditions({ status }: DagRepository): Finding[] {
  const ready = findCondition(status?.conditions, 'Ready');
  if (!ready)
    return [
      wrong(
        'Offshoot has not seen it yet',
        'Check that offshoot serve is running and connected to this cluster.',
      ),
    ];
  const { kind } = rowOf(ready.reason);
  if (kind === 'failure' || kind === 'flaw')
    return [wrong(`Offshoot says ${ready.reason}: ${ready.message}`)];
  return [ready.status === 'True' ? well('Offshoot says Ready') : unknown(`Offshoot says ${ready.reason}`)];
}

async function webhook(access: Access, { metadata, spec }: DagRepository): Promise<Finding[]> {
  // Without one, deliveries come by the route of the GitHub App, whose key is Offshoot's own.
  if (!spec.webhookSecretRef) return [];
  const { name } = spec.webhookSecretRef;
  const secret = await read(access, metadata.namespace, name, 'webhook');
  if (!secret) return [missing(name)];
  if (secret['current']?.trim()) return [well(`Secret ${name} holds the webhook key`)];
  return [
    wrong(
      `Secret ${name} lacks the key current`,
      'Set it to the secret that the code host signs deliveries with.',
    ),
  ];
}

async function gitHost(
  access: Access,
  { forges }: Probes,
  { metadata, spec }: DagRepository,
): Promise<Finding[]> {
  const found = namedBy(spec, forges);
  if (!found) return [wrong('this version supports no code host for its spec')];
  const { one: forge, own } = found;
  const reference = spec.credentialsSecretRef;
  const secret = reference && (await read(access, metadata.namespace, reference.name, 'git'));
  if (reference && !secret) return [missing(reference.name)];
  const refusal = secret && forge.refuse(own, secret);
  if (refusal) return [wrong(`Secret ${reference?.name} ${refusal}.`)];
  if (reference && !reference.readOnly && !forge.mints(secret))
    return [
      wrong(
        `previews do not get the credentials in Secret ${reference.name}: they are not declared read-only`,
        'Use credentials that can only read, and set spec.credentialsSecretRef.readOnly: true.',
      ),
    ];
  try {
    const branches = [...(await forge.open(own, secret, undefined).listBranches()).keys()];
    const matching = branches.filter((branch) => matchesBranch(branch, spec.branches)).length;
    return [well(`the git host answers from here: ${branches.length} branches, of which ${matching} match`)];
  } catch (error) {
    return [wrong(`the git host, contacted from here: ${textOf(error)}`)];
  }
}

async function told(channel: Channel, repository: DagRepository): Promise<Finding[]> {
  const to = channel.target(repository);
  const found = to && (await channel.probe?.(to, repository.metadata.namespace ?? ''));
  return found ? [found] : [];
}

async function gateway({ visit }: Probes, { spec }: DagRepository): Promise<Finding[]> {
  const { base } = spec.url;
  const todo =
    'It must lead to the gateway of offshoot serve (--gateway-listen), with the original Host header.';
  try {
    const status = await visit(base);
    return [
      status < 500 && status !== 404
        ? well(`${base} answers from here`)
        : wrong(`${base} answers ${status}`, todo),
    ];
  } catch (error) {
    return [wrong(`${base} does not answer from here: ${textOf(error)}`, todo)];
  }
}

/** Reads it as Offshoot does: a Secret that is not labelled for this use is refused in the same words. */
const readerOf =
  ({ cluster }: Access): ReadSecret =>
  async (wanted) => {
    const { namespace, name } = wanted;
    return openSecret(await cluster.get<KubeObject>({ kind: kinds.Secret, namespace, name }), wanted);
  };

const read = (access: Access, namespace = '', name: string, use: SecretUse) =>
  readerOf(access)({ namespace, name, use });

const missing = (name: string) =>
  wrong(`Secret ${name} does not exist`, 'Create it in the DagRepository’s namespace.');
