import type { Design } from '../../plan/api.ts';

type Security = Record<string, unknown>;
interface PodSpec {
  securityContext?: Security;
  initContainers?: { securityContext?: Security }[];
  containers?: { securityContext?: Security }[];
}

/** The spec of a pod, without the ids of users and groups where the cluster assigns those itself. */
export function withUserIds<Spec extends object>(userIds: Design['userIds'], spec: Spec): Spec {
  if (userIds === 'own') return spec;
  const { securityContext, initContainers = [], containers = [] } = spec as PodSpec;
  const free = <T extends { securityContext?: Security }>(one: T): T =>
    one.securityContext ? { ...one, securityContext: unassigned(one.securityContext) } : one;
  return {
    ...spec,
    ...(securityContext && { securityContext: unassigned(securityContext) }),
    initContainers: initContainers.map(free),
    containers: containers.map(free),
  };
}

function unassigned({
  runAsUser: _user,
  runAsGroup: _group,
  fsGroup: _fsGroup,
  ...rest
}: Security): Security {
  return rest;
}
