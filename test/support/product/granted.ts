import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** Every pair that a ClusterRole in a YAML file grants, such as `patch deployments.apps`, sorted. */
export async function granted(file: string, role: string): Promise<string[]> {
  const roles = parseAllDocuments(await readFile(file, 'utf8')).map(
    (document) => document.toJS() as { metadata: { name: string }; rules: Rule[] },
  );
  return roles
    .find(({ metadata }) => metadata.name === role)!
    .rules.flatMap(pairsOf)
    .sort();
}

/** `previews/status` of a group is written `previews.offshoot.dev/status`. */
export function pairsOf({ apiGroups, resources, verbs }: Rule): string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) => {
      const [name = '', subresource] = resource.split('/');
      const whole = `${name}${group && `.${group}`}${subresource ? `/${subresource}` : ''}`;
      return verbs.map((verb) => `${verb} ${whole}`);
    }),
  );
}
