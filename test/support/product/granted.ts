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
  const { rules } = roles.find(({ metadata }) => metadata.name === role)!;
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => pair(verb, resource, group))),
      ),
    )
    .sort();
}

/** `previews/status` of a group is written `previews.offshoot.dev/status`. */
export function pair(verb: string, resource: string, group: string): string {
  const [name, subresource] = resource.split('/');
  return `${verb} ${name}${group && `.${group}`}${subresource ? `/${subresource}` : ''}`;
}
