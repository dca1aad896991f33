import { readFile } from 'node:fs/promises';
import { USER } from './cluster.ts';

/** One request as the API server's audit log tells of it. */
export interface Audited {
  readonly verb: string;
  /** `deployments.apps`, `previews.offshoot.dev/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** 0 while a watch runs. */
  readonly code: number;
  readonly at: number;
}

interface AuditEvent {
  auditID: string;
  verb: string;
  user: { username: string };
  objectRef?: {
    resource?: string;
    apiGroup?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
}

/** Every request of one user, each once, oldest first. */
export async function auditOf(auditLog: string, user: string): Promise<Audited[]> {
  const seen = new Map<string, Audited>();
  for (const line of (await readFile(auditLog, 'utf8')).split('\n')) {
    // Cheap first: the log holds every component's requests.
    if (!line.includes(`"${user}"`)) continue;
    const event = parse(line);
    if (event?.user.username !== user || !event.objectRef) continue;
    const { resource = '', apiGroup, subresource, namespace = '', name = '' } = event.objectRef;
    seen.set(event.auditID, {
      verb: event.verb,
      resource: [resource, apiGroup && `.${apiGroup}`, subresource && `/${subresource}`]
        .filter(Boolean)
        .join(''),
      namespace,
      name,
      code: event.responseStatus?.code ?? 0,
      at: Date.parse(event.requestReceivedTimestamp),
    });
  }
  return [...seen.values()].sort((one, other) => one.at - other.at);
}

const READS = new Set(['get', 'list', 'watch']);

/** Changes something. That the leader is heard of every two seconds is no change. */
export const isWrite = ({ verb, resource }: Audited) =>
  !READS.has(verb) && resource !== 'leases.coordination.k8s.io';

/** Created by POST, or by an apply onto nothing; of somebody who hung up meanwhile, some creations are logged as 504. */
export const isCreation = ({ verb, code }: Audited) =>
  code === 201 && (verb === 'create' || verb === 'patch');

/** Whatever became of it. */
export const isDeletion = ({ verb }: Audited) => verb.startsWith('delete');

export const written = ({ verb, resource, namespace, name }: Audited) =>
  `${verb} ${resource} ${namespace ? `${namespace}/` : ''}${name}`;

function parse(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined; // the last line may be in the middle of being written
  }
}

/** What Offshoot did to one preview's objects, sorted; Events excepted: one told twice, or not at all, harms nothing. */
export async function auditedOf(
  auditLog: string,
  preview: string,
  which: (one: Audited) => boolean,
): Promise<string[]> {
  return (await auditOf(auditLog, USER))
    .filter((one) => which(one) && one.resource !== 'events')
    .filter((one) => one.namespace === preview || one.name === preview)
    .map((one) => `${one.resource} ${one.name === preview ? '<name>' : one.name}`)
    .sort();
}
