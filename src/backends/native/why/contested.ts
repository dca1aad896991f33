import type { Contested } from '../../../model/contested.ts';
import type { Explanation } from '../../../model/explanation.ts';
import type { Why } from './why.ts';

/** Somebody keeps changing what the preview is made of. */
export const contested: Why = ({ contested: all }, { namespace }) => saying(all, namespace);

/** … and the pods themselves with it: what is wrong with them comes from there. */
export const workloadContested: Why = ({ contested: all }, { namespace }) =>
  saying(
    all.filter(({ object }) => object.startsWith('Deployment/')),
    namespace,
  );

function saying(all: readonly Contested[], namespace: string): Explanation | undefined {
  const sorted = [...all].sort((one, other) => one.object.localeCompare(other.object));
  const [first, ...others] = sorted;
  if (!first) return undefined;
  const more = others.length ? ` (and ${others.map(({ object }) => named(object)).join(', ')})` : '';
  return {
    reason: 'Contested',
    message:
      `${what(first, more)}. Offshoot restores it, but after a few times only ` +
      `once a minute. Keep whatever does this away from namespace ${namespace}; often it is an autoscaler, a policy engine or a GitOps tool ` +
      'that matches it.',
  };
}

function what({ object, by, field }: Contested, more: string): string {
  const manager = by === undefined ? undefined : `field manager ${JSON.stringify(by)}`;
  if (manager && field) return `F${manager.slice(1)} keeps changing ${field} of ${named(object)}${more}`;
  return `${named(object)}${more} is repeatedly changed or deleted${manager ? ` by ${manager}` : ''}`;
}

const named = (object: string) => object.replace('/', ' ');
