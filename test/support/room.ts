import type { Container, PodSpec } from './pod-security.ts';

const KINDS = ['cpu', 'memory', 'ephemeral-storage'] as const;
type Room = Record<'requests' | 'limits', Record<(typeof KINDS)[number], number>>;

const UNITS: Record<string, number> = { '': 1, m: 1e-3, Mi: 2 ** 20, Gi: 2 ** 30 };

/** A quantity of Kubernetes as a number; NaN for none. */
export function bytes(quantity: string | undefined): number {
  const [, number, unit = ''] = /^(\d+)(m|Mi|Gi)?$/.exec(quantity ?? '') ?? [];
  return Number(number) * UNITS[unit]!;
}

export const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);

/**
 * What a pod counts in a quota, as "Sidecar Containers" of the Kubernetes documentation has it: all that run together, or an init
 * container with the side cars that were started before it, whichever is more. What is not said counts nothing.
 */
export function roomOf({ initContainers = [], containers = [] }: PodSpec): Room {
  const of = (which: keyof Room) =>
    Object.fromEntries(
      KINDS.map((kind) => {
        const each = ({ resources }: Container) => bytes(resources?.[which]?.[kind]) || 0;
        let sideCars = 0;
        let most = 0;
        for (const container of initContainers) {
          if (container.restartPolicy === 'Always') sideCars += each(container);
          most = Math.max(most, sideCars + (container.restartPolicy === 'Always' ? 0 : each(container)));
        }
        return [kind, Math.max(most, sideCars + sum(containers.map(each)))];
      }),
    ) as Room['limits'];
  return { requests: of('requests'), limits: of('limits') };
}
