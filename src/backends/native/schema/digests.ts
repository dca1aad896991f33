import type { KubeObject } from '../../../model/object.ts';

interface Pod extends KubeObject {
  spec?: Record<'containers' | 'initContainers', { name: string; image?: string }[] | undefined>;
  status?: Record<
    'containerStatuses' | 'initContainerStatuses',
    { name: string; imageID?: string }[] | undefined
  >;
}

/** What the node says it really runs for this image, in one pod; undefined until it runs. */
export function digestIn(pod: KubeObject, image: string): string | undefined {
  const { spec, status } = pod as Pod;
  const named = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const said = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const names = new Set(named.flatMap((one) => (one.image === image ? [one.name] : [])));
  return said.find(({ name, imageID }) => imageID && names.has(name))?.imageID;
}

/** The digest that the youngest of these pods runs: a tag may have moved since the others were started. */
export function newestDigest(pods: readonly KubeObject[], image: string): string | undefined {
  return [...pods]
    .sort((one, other) => born(other).localeCompare(born(one)))
    .map((pod) => digestIn(pod, image))
    .find((digest) => digest !== undefined);
}

const born = ({ metadata }: KubeObject) => metadata.creationTimestamp ?? '';
