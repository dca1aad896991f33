import { annotation, label } from './labels.ts';
import { labelValue, previewName } from './names.ts';
import { parseKey } from './object.ts';
import type { Key, KubeObject } from './object.ts';

/** Whose a namespace is, in words that outlive its Preview. */
export interface NamespaceOwner {
  repository: Key;
  branch: string;
  /** It lives, or lived, in the DagRepository's namespace. */
  preview: { name: string; uid: string };
}

/** A namespace that bears a Preview's mark, while no such Preview is there. Without owner: whose it was cannot be proven. */
export interface Orphan {
  name: string;
  uid: string;
  owner: NamespaceOwner | undefined;
}

/** Of a namespace of a Preview's very name: was it made for that Preview? Label or annotation says so; one of them may have been taken away. */
export const isMadeFor = ({ metadata }: KubeObject, previewUid: string) =>
  previewUid !== '' &&
  (metadata.labels?.[label.previewUid] === previewUid ||
    metadata.annotations?.[annotation.previewUid] === previewUid);

/**
 * The proof is the name: nobody else's namespace is called as DagRepository and branch of its annotations make it. Versions before these
 * annotations left labels and the branch: then the DagRepository has to be among those `known`.
 */
export function ownerOfNamespace(
  { metadata }: KubeObject,
  known: readonly Key[] = [],
): NamespaceOwner | undefined {
  const { name, labels = {}, annotations = {} } = metadata;
  const branch = annotations[annotation.branch];
  if (!branch) return undefined;
  const fits = (one: Key) => previewName(one.namespace, one.name, branch) === name;
  const uid = annotations[annotation.previewUid];
  const preview = annotations[annotation.preview];
  const repository = parseKey(annotations[annotation.repository] ?? '');
  if (uid && preview && fits(repository)) return { repository, branch, preview: { name: preview, uid } };

  const labelled = labels[label.previewUid];
  if (!labelled || labels[label.managedBy] !== 'offshoot') return undefined;
  // Of a Preview that a person named otherwise, nothing tells the name.
  const namedSo = (one: Key) => labels[label.preview] === labelValue(`${one.namespace}-${name}`);
  const found = known.find((one) => namedSo(one) && fits(one));
  return found && { repository: found, branch, preview: { name, uid: labelled } };
}

/** What a namespace of a Preview's name is to that Preview. */
export function whoseNamespace(
  namespace: KubeObject,
  previewUid: string,
  repository: Key,
  lives: (previewUid: string) => boolean,
): 'ours' | 'orphan' | 'of another preview' | 'a stranger’s' {
  if (isMadeFor(namespace, previewUid)) return 'ours';
  if (orphanOf(namespace, [repository], lives)?.owner) return 'orphan';
  return marksOf(namespace).length > 0 ? 'of another preview' : 'a stranger’s';
}

/** The namespace as an orphan, if it is one: it bears a mark of ours, and no Preview lives that it names. */
export function orphanOf(
  namespace: KubeObject,
  repositories: readonly Key[],
  lives: (previewUid: string) => boolean,
): Orphan | undefined {
  const marks = marksOf(namespace);
  if (marks.length === 0 || marks.some(lives)) return undefined;
  const { name, uid = '' } = namespace.metadata;
  return { name, uid, owner: ownerOfNamespace(namespace, repositories) };
}

const marksOf = ({ metadata }: KubeObject): string[] =>
  [metadata.labels?.[label.previewUid], metadata.annotations?.[annotation.previewUid]].flatMap(
    (uid) => uid || [],
  );
