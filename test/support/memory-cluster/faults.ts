import type { Cluster, KubeObject } from '../../../src/cluster/api.ts';

export type Verb = Exclude<keyof Cluster, 'watch' | 'logs' | 'raw'>;

interface Fault {
  verb: Verb;
  kind: string;
  error: Error;
  /** So often; for good if it is not said. */
  times?: number;
  /** Only those of this name. */
  name?: string;
  /** It was done, and the answer got lost. */
  done?: boolean;
}

/** What goes wrong between Offshoot and the API server, and a journal of the writes that arrived there. */
export function createFaults() {
  const faults = new Set<Fault>();
  const journal: string[] = [];
  return {
    journal,
    /** From now on this verb fails for this kind; the function that comes back ends that. */
    fail(verb: Verb, kind: string, error: Error, more: Pick<Fault, 'times' | 'name' | 'done'> = {}) {
      const fault = { verb, kind, error, ...more };
      faults.add(fault);
      return () => void faults.delete(fault);
    },
    /** One request. It takes a turn of the event loop, as over a network. */
    async request<T>(verb: Verb, kind: string, name: string, work: () => T, about = ''): Promise<T> {
      await Promise.resolve();
      const fault = [...faults].find(
        (one) => one.verb === verb && one.kind === kind && (one.name ?? name) === name,
      );
      if (fault?.times !== undefined && --fault.times === 0) faults.delete(fault);
      if (fault && !fault.done) throw fault.error;
      if (verb !== 'get' && verb !== 'list') journal.push(`${verb} ${kind}/${name}${about}`);
      const answer = work();
      if (fault) throw fault.error;
      return answer;
    },
  };
}

export type Told = { before: KubeObject | undefined; after: KubeObject | undefined };
