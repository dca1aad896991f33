import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as timeout } from 'node:timers/promises';
import { kinds } from '../model/kinds.ts';
import { owner } from '../model/labels.ts';
import { codeOf, textOf } from '../model/problem.ts';
import { DEADLINE_MS, decide, RENEW_MS } from './decide.ts';
import { LEASE, newLease, renewed, taken, theLease } from './lease.ts';
import type { Lease, Leadership, LeadershipOptions } from './api.ts';

const REQUEST_MS = 4_000;
/** After a refusal: soon, but not at once. */
const AGAIN_MS = 500;
const SURPRISES = ['Conflict', 'AlreadyExists', 'NotFound'];

/**
 * One of several Offshoots leads: it alone reconciles, lists, removes and notifies. An API server that does not answer ends nobody's
 * leadership: what may not be written meanwhile is tried again, and if nobody else has led since, everything goes on.
 */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { cluster, leases, podNamespace, podName, log, now, sleep = pause } = options;
  const identity = `${podName ?? hostname()}_${randomBytes(4).toString('hex')}`;
  const as = { fieldManager: owner.leader };
  let leading = false;
  /** Up to when writing is certainly allowed. */
  let until = -Infinity;
  let renewedAt = -Infinity;
  /** The Lease as this process saw or wrote it last, and since when it has been so. */
  let seen: { lease: Lease | undefined; since: number } = { lease: undefined, since: now() };
  let told = '';
  let running: Promise<void> | undefined;
  let wake = new AbortController();
  const stopping = new AbortController();

  function note(lease: Lease | undefined): void {
    if (version(lease) === version(seen.lease) && lease?.metadata.uid === seen.lease?.metadata.uid) return;
    seen = { lease, since: now() };
  }

  const live = () => theLease(leases.list(), podNamespace);
  const refOf = ({ metadata: { namespace = '' } }: Lease) => ({ kind: kinds.Lease, namespace, name: LEASE });

  /** What the watch shows, unless we wrote something newer ourselves. */
  function look(): void {
    const { lease } = live();
    const older =
      lease && seen.lease?.metadata.uid === lease.metadata.uid && version(lease) < version(seen.lease);
    if (!older) note(lease);
  }

  /** One step; gives the ms until the next. */
  async function step(): Promise<number> {
    look();
    const decision = decide(seen.lease, { identity, podName }, now() - seen.since);
    if (decision.kind === 'wait') {
      await standAside(decision.holder);
      return decision.ms;
    }
    // Whatever woke us: our own Lease is written no more often than it has to be.
    const youngFor = renewedAt + RENEW_MS - now();
    if (leading && decision.kind === 'renew' && youngFor > 0) return youngFor;
    const from = now();
    note(await write(decision.kind));
    renewedAt = from;
    until = from + DEADLINE_MS;
    if (!leading) {
      leading = true;
      told = '';
      log.info({ identity, namespace: seen.lease?.metadata.namespace }, 'this Offshoot leads');
      options.lead();
    }
    return RENEW_MS;
  }

  async function write(kind: 'create' | 'take' | 'renew'): Promise<Lease> {
    const at = new Date();
    // Not cut off by `release`: it would not know whether this arrived.
    const signal = AbortSignal.timeout(REQUEST_MS);
    const { lease } = seen;
    if (kind === 'create' || !lease)
      return cluster.create(newLease(live().namespace, identity, at), { ...as, signal });
    const patch = kind === 'take' ? taken(lease, identity, at) : renewed(lease, identity, at);
    return cluster.patch<Lease>(refOf(lease), patch, { ...as, signal });
  }

  async function standAside(holder: string): Promise<void> {
    until = -Infinity;
    if (told !== holder) log.info({ identity, holder }, 'another Offshoot leads; this one stands by');
    told = holder;
    if (!leading) return;
    log.warn({ identity, holder }, 'this Offshoot is no longer the leader');
    leading = false;
    await options.follow();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      const ms = await step().catch((error: unknown) => {
        const code = codeOf(error) ?? '';
        // It is not as we thought: somebody was quicker, deleted it, or restored an older one. The watch shows, or is about to; until
        // then somebody else may lead.
        if (SURPRISES.includes(code)) {
          until = -Infinity;
          renewedAt = -Infinity;
          seen = { lease: live().lease, since: now() };
        } else if (!stopping.signal.aborted)
          log.warn({ code, why: textOf(error) }, 'could not write the Lease, retrying');
        return AGAIN_MS;
      });
      const either = AbortSignal.any([wake.signal, stopping.signal]);
      await sleep(Math.max(ms, 20), either);
    }
  }

  leases.onChange(({ object: { metadata, spec } }) => {
    // Our own renewals are no news, nor is what lies where we do not look.
    const elsewhere = podNamespace !== undefined && metadata.namespace !== podNamespace;
    if (!elsewhere && spec?.holderIdentity !== identity) wake.abort();
  });

  return {
    start: () => void (running ??= run()),
    holds: () => now() < until,
    async release() {
      stopping.abort();
      await running;
      const held = now() < until;
      until = -Infinity;
      leading = false;
      look();
      if (seen.lease?.spec?.holderIdentity !== identity) return;
      const { uid, resourceVersion, namespace } = seen.lease?.metadata ?? {};
      if (!held || !uid || !resourceVersion || !namespace) return;
      const signal = AbortSignal.timeout(REQUEST_MS);
      // Deleted, not emptied: nothing of an Offshoot that ended stays behind. Exactly the Lease that we hold.
      await cluster
        .delete({ kind: kinds.Lease, namespace, name: LEASE }, { uid, resourceVersion, signal })
        .catch((error: unknown) => {
          log.warn(
            { why: textOf(error) },
            'could not release the Lease; another Offshoot takes over once it expires',
          );
        });
    },
  };
}

/** Resource versions are integers that grow (a promise since Kubernetes 1.35). */
const version = (lease: Lease | undefined) => Number(lease?.metadata.resourceVersion ?? 0);

const pause = (ms: number, signal: AbortSignal) => timeout(ms, undefined, { signal }).catch(() => undefined);
