import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

interface AuditEvent {
  readonly auditID: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
}

/** How many requests of this user the API server received from one instant to another, by its own audit log. */
export async function auditRequests(auditLog: string, user: string, from: Date, to: Date): Promise<number> {
  const seen = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(auditLog), crlfDelay: Infinity })) {
    // Cheap first: the log holds every component's requests, and is long.
    if (!line.includes(user)) continue;
    const event = readEvent(line);
    if (event?.user.username !== user) continue;
    const received = Date.parse(event.requestReceivedTimestamp);
    // A request appears once per stage (a watch when it starts and when it ends): its id is one.
    if (received >= from.getTime() && received <= to.getTime()) seen.add(event.auditID);
  }
  return seen.size;
}

function readEvent(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined; // the last line may be in the middle of being written
  }
}
