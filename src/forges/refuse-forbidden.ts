import { lookup } from 'node:dns/promises';
import { forbiddenAddress } from '../model/forbidden-host.ts';
import { Problem } from '../model/problem.ts';

/** A resolver that hangs is git's to complain of, which has a time-out of its own. */
const PATIENCE_MS = 5_000;

/**
 * Throws a Problem where a host's name resolves to an address that `spec` could not have named itself. What is asked next resolves the name
 * again: whoever owns the name and answers differently within that moment is not stopped by this, only by a network that lets Offshoot's
 * pod reach no such address. A name that does not resolve is left to whoever asks next, to be reported in its words.
 */
export async function refuseForbidden(host: string): Promise<void> {
  const address = (await addressesOf(host)).find(forbiddenAddress);
  if (address === undefined) return;
  throw new Problem(
    'GitRefused',
    `${host} resolves to ${address}. Offshoot does not connect to link-local, unspecified or cloud metadata addresses. Correct the host in the DagRepository's spec, or its DNS record.`,
  );
}

async function addressesOf(host: string): Promise<string[]> {
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => [],
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS);
  });
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
