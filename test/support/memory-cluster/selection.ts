import type { KubeObject, Selection } from '../../../src/cluster/api.ts';

/** Whether an object is among those that a list or a watch asks for. */
export const selects = (
  kind: string,
  { namespace, labelSelector = '', fieldSelector = '' }: Selection = {},
) => {
  const labels = labelSelector
    .split(/,(?![^(]*\))/)
    .filter(Boolean)
    .map(byLabel);
  const fields = fieldSelector.split(',').filter(Boolean).map(byField);
  return (object: KubeObject) =>
    object.kind === kind &&
    (!namespace || object.metadata.namespace === namespace) &&
    [...labels, ...fields].every((holds) => holds(object));
};

function byLabel(text: string): (object: KubeObject) => boolean {
  const [, not, key = '', operator, value = ''] =
    /^(!?)([^\s=!]+)\s*(==?|!=|in|notin)?\s*(.*)$/.exec(text.trim()) ?? [];
  const values = value
    .replace(/[()]/g, '')
    .split(',')
    .map((one) => one.trim());
  const wanted = not !== '!' && operator !== '!=' && operator !== 'notin';
  return ({ metadata }) => {
    const found = metadata.labels?.[key];
    return (operator ? found !== undefined && values.includes(found) : found !== undefined) === wanted;
  };
}

function byField(text: string): (object: KubeObject) => boolean {
  const [path = '', value] = text.split('=');
  return (object) =>
    path
      .split('.')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], object) === value;
}

/** Of an object of which only the metadata travels. */
export const metadataOf = ({ apiVersion, kind, metadata }: KubeObject): KubeObject => ({
  apiVersion,
  kind,
  metadata,
});
