/** Every name that Offshoot writes into other objects' metadata, in one place. */
export const GROUP = 'offshoot.dev';
export const API_VERSION = `${GROUP}/v1alpha1`;

export const label = {
  /** The uid of the Preview an object was made for. What carries it is ours; what does not is never touched. */
  previewUid: `${GROUP}/preview-uid`,
  preview: `${GROUP}/preview`,
  repository: `${GROUP}/repository`,
  /** `intake` on Previews that exist because their branch does; only those are deleted with it. */
  madeBy: `${GROUP}/made-by`,
  /** The uid of the DagRepository that a schema dump, or the Job that makes it, was made for. */
  schema: `${GROUP}/schema`,
  /** On things that outlive a preview for a while (the outbox). */
  outbox: `${GROUP}/outbox`,
  /** On a person's Secret: the one thing that Offshoot may use it for (`secret-use.ts`). Without it, it is not used. */
  use: `${GROUP}/use`,
  /** `operator` on Offshoot's own pods, as the chart makes them. */
  role: `${GROUP}/role`,
  part: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

export const annotation = {
  branch: `${GROUP}/branch`,
  /** On a preview's namespace, whose it is for good: `<namespace>/<name>` of the DagRepository, and name and uid of the Preview. */
  repository: `${GROUP}/repository`,
  preview: `${GROUP}/preview`,
  previewUid: `${GROUP}/preview-uid`,
  /** RFC 3339 with milliseconds: somebody asks that this branch be looked at. */
  checkRequested: `${GROUP}/check-requested`,
  /** What the asker believes the branch's head to be: 40 hex digits, or `absent`. */
  expectedHead: `${GROUP}/expected-head`,
  pusher: `${GROUP}/pusher`,
  /** On the Secret of a material, RFC 3339: when it expires. */
  expires: `${GROUP}/expires`,
  /** The code host's id of the delivery that left the mark, for the logs. */
  delivery: `${GROUP}/delivery`,
  /** On a schema dump: the digests of its Airflow image's tag that it has been made or asked for, newest first. */
  digests: `${GROUP}/image-digests`,
  /** On what is applied in a preview's namespace: a digest of it. */
  applied: `${GROUP}/applied`,
  /** On pods: a digest of the pod template that it was made from. */
  template: `${GROUP}/template`,
  /** On pods: a digest of the materials that they are restarted for. */
  materials: `${GROUP}/materials`,
  /** The commit that git-sync says it checked out; the controller copies it into the status. */
  synced: `${GROUP}/synced`,
} as const;

export const FINALIZER = `${GROUP}/teardown`;

export const owner = {
  intake: 'offshoot-intake',
  controller: 'offshoot-controller',
  notifier: 'offshoot-notifier',
  leader: 'offshoot-leader',
} as const;
