/** A rule as a ClusterRole holds it, and as the API server tells a user's rights. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** What the required rules allow and the granted ones do not, such as `create, patch secrets`; empty if nothing. */
export function missingRights(required: readonly Rule[], granted: readonly Rule[]): string[] {
  return required.flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => {
        const missing = verbs.filter((verb) =>
          resourceNames.some(
            (name) => !granted.some((rule) => allows(rule, { verb, group, resource, name })),
          ),
        );
        return missing.length ? [`${missing.join(', ')} ${resource}${group && `.${group}`}`] : [];
      }),
    ),
  );
}

interface Act {
  verb: string;
  group: string;
  resource: string;
  name: string;
}

const allows = (rule: Rule, { verb, group, resource, name }: Act) =>
  has(rule.verbs, verb) &&
  has(rule.apiGroups, group) &&
  has(rule.resources, resource) &&
  (!rule.resourceNames?.length || rule.resourceNames.includes(name));

const has = (values: readonly string[], value: string) => values.includes('*') || values.includes(value);
