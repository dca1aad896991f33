/**
 * Every reason a condition can carry, with what it means. `failure` marks those that do not pass by waiting alone: they are
 * told in Slack and on the waiting page as failed. `docs/conditions.md` explains each; a test compares the two.
 */
export const reasons = {
  Ready: { meaning: 'All parts are healthy.' },
  BranchNotVerified: { meaning: 'The git host has not confirmed the branch yet.' },
  Queued: { meaning: 'All slots of the DagRepository are in use; it waits in line.' },
  Suspended: { meaning: 'Somebody set spec.suspend on the Preview or the DagRepository.' },
  Updating: { meaning: 'The DagRepository has changed, and previews are being updated.' },
  RolloutStalled: { meaning: 'A preview stopped working when it was updated; no other is.', failure: true },
  Preparing: { meaning: 'Namespace and objects are being made.' },
  DatabaseStarting: { meaning: 'PostgreSQL is not ready yet.' },
  DatabaseReady: { meaning: 'PostgreSQL accepts connections.' },
  DagsSyncing: { meaning: 'git-sync has not fetched the branch yet.' },
  DagsSynced: { meaning: 'The branch is checked out and holds its DAG folder.' },
  AirflowStarting: { meaning: "Airflow's parts are not all healthy yet." },
  AirflowHealthy: { meaning: 'API server, scheduler, DAG processor and triggerer answer.' },
  SchemaDumping: { meaning: 'A Job is making the schema that new databases start with.' },
  SchemaDumped: { meaning: 'New databases start with a ready schema.' },
  SchemaDumpFailed: {
    meaning: 'The schema could not be made in advance: each preview makes its own.',
    failure: true,
  },
  Removing: { meaning: 'The branch is gone, the preview is being removed.' },
  RemovalStuck: { meaning: 'Something in the namespace refuses to go.', failure: true },
  BranchNotFound: {
    meaning: 'The branch does not exist; the Preview was made by hand and stays.',
    failure: true,
  },
  RepositoryNotFound: {
    meaning: 'The DagRepository that the Preview refers to does not exist.',
    failure: true,
  },
  RepositoryStalled: { meaning: 'The DagRepository cannot be used.', failure: true },
  BranchesRefused: { meaning: 'Some branches cannot be followed; previews follow all others.' },
  UrlTaken: { meaning: 'The host in spec.url.base belongs to an older DagRepository.', failure: true },
  NamespaceOrphaned: { meaning: 'A namespace of a Preview that no longer exists is still there.' },
  NamespaceTaken: { meaning: 'A namespace or object of our name belongs to somebody else.', failure: true },
  Contested: { meaning: 'Somebody keeps changing an object of the preview.', failure: true },
  Refused: { meaning: 'The Kubernetes API refused an object.', failure: true },
  ImagePullFailed: { meaning: 'An image cannot be pulled.', failure: true },
  ImagePullRefused: { meaning: 'The registry refuses to hand an image out.', failure: true },
  PodUnschedulable: { meaning: 'No node takes a pod.', failure: true },
  QuotaExceeded: { meaning: "The namespace's quota is used up.", failure: true },
  ContainerFailed: { meaning: 'A container keeps exiting.', failure: true },
  OutOfMemory: { meaning: 'A container was killed for using more memory than its limit.', failure: true },
  DiskFull: { meaning: 'A disk is full, or a pod wrote more than it may.', failure: true },
  PodEvicted: { meaning: 'A node ended a pod.', failure: true },
  DatabaseLost: { meaning: "The database's pod was replaced; its data is gone.", failure: true },
  GitUnreachable: { meaning: 'The git host does not answer.', failure: true },
  GitRefused: {
    meaning: 'The git host refuses the credentials, or does not know the repository.',
    failure: true,
  },
  RateLimited: { meaning: 'The code host wants to be left alone for a while.' },
  RepositoryMoved: {
    meaning: 'The name in spec.github leads to another repository than before.',
    failure: true,
  },
  DagsFolderMissing: { meaning: 'The branch has no such DAG folder.', failure: true },
  DagsImported: { meaning: 'Airflow reports no file that it cannot import.' },
  DagImportFailed: { meaning: 'Airflow cannot import a file of the DAG folder.' },
  DagImportTimedOut: { meaning: 'A file of the DAG folder takes too long to import, or hangs.' },
  SlackChannelGone: { meaning: 'Slack knows no such channel for this bot.' },
  SlackUnauthorized: { meaning: 'Slack refuses the bot token.' },
  SlackRefused: { meaning: 'Slack refuses the message.' },
  SlackUnreachable: { meaning: 'Slack does not answer.' },
  InvalidSpec: { meaning: 'A field of the DagRepository is wrong.', failure: true },
  SecretMissing: {
    meaning: 'A Secret that the DagRepository names does not exist or lacks a key.',
    failure: true,
  },
  SecretNotForOffshoot: {
    meaning: 'A Secret that the DagRepository names does not say, by its label, that Offshoot may use it so.',
    failure: true,
  },
  CredentialsNotReadOnly: {
    meaning: 'The credentials may write and would have to be copied beside branch code.',
    failure: true,
  },
} as const satisfies Record<string, { meaning: string; failure?: true }>;

export type Reason = keyof typeof reasons;

export const isFailure = (reason: string) => {
  const entry: { meaning: string; failure?: true } | undefined = Object.hasOwn(reasons, reason)
    ? reasons[reason as Reason]
    : undefined;
  return entry?.failure === true;
};
