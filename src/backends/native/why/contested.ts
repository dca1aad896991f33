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
  const by = first.by === undefined ? '' : ` by field manager ${JSON.stringify(first.by)}`;
  const more = others.length ? ` (and ${others.map(({ object }) => named(object)).join(', ')})` : '';
  return {
    reason: 'Contested',
    message:
      `${named(first.object)}${more} is repeatedly changed or deleted${by}. Offshoot restores it, but after a few times only ` +
      `once a minute. Keep whatever does this away from namespace ${namespace}; often it is an autoscaler, a policy engine or a GitOps tool ` +
      'that matches it.',
  };
}

const named = (object: string) => object.replace('/', ' ');
