import { asleep, beginning, failure, flaw, going, progress, ready, waiting } from './reason-kinds.ts';
import type { ReasonRow } from './reason-kinds.ts';

/**
 * Every reason a condition can carry: a row with a column for everything that depends on it. A kind (`reason-kinds.ts`) fills most
 * columns; a row may differ in any. `docs/conditions.md` holds the table, made by `npm run generate`, and explains each at length.
 */
export const reasons = {
  Ready: {
    ...ready,
    about: 'life',
    meaning: 'All parts are healthy.',
    remedy: 'Open the URL.',
  },
  BranchNotVerified: {
    ...beginning,
    about: 'branch',
    meaning: 'The git host has not confirmed the branch yet.',
    remedy: 'Wait a second or two; if it persists, check the DagRepository.',
  },
  Queued: {
    ...waiting,
    about: 'life',
    meaning: 'All slots of the DagRepository are in use; the preview waits in line.',
    remedy: 'Delete or suspend a preview, or raise `spec.maxPreviews`.',
  },
  Suspended: {
    ...asleep,
    about: 'life',
    meaning: 'spec.suspend is set on the Preview or the DagRepository.',
    remedy: 'Set `spec.suspend` to false.',
  },
  Updating: {
    ...progress,
    about: 'update',
    meaning: 'The DagRepository has changed, and previews are being updated.',
    remedy: 'Wait.',
  },
  RolloutStalled: {
    ...failure,
    about: 'update',
    meaning: 'A preview stopped working when it was updated; the rollout has stopped.',
    remedy: 'Correct the DagRepository, or revert the change.',
  },
  Preparing: {
    ...progress,
    about: 'life',
    meaning: 'Namespace and objects are being created.',
    remedy: 'Wait.',
  },
  DatabaseStarting: {
    ...progress,
    about: 'database',
    meaning: 'PostgreSQL is not ready yet.',
    remedy: 'Wait.',
  },
  DatabaseReady: {
    ...ready,
    about: 'database',
    meaning: 'PostgreSQL accepts connections.',
    remedy: 'Nothing.',
  },
  DagsSyncing: {
    ...progress,
    about: 'dags',
    meaning: 'git-sync has not fetched the branch yet.',
    remedy: 'Wait.',
  },
  DagsSynced: {
    ...ready,
    about: 'dags',
    meaning: 'The branch is checked out and holds its DAG folder.',
    remedy: 'Nothing.',
  },
  AirflowStarting: {
    ...progress,
    about: 'airflow',
    meaning: "Airflow's parts are not all healthy yet.",
    remedy: 'Wait.',
  },
  AirflowHealthy: {
    ...ready,
    about: 'airflow',
    meaning: 'All parts of Airflow report that they are healthy.',
    remedy: 'Nothing.',
  },
  SchemaDumping: {
    ...progress,
    about: 'schema',
    meaning: 'A Job is creating the schema that new databases start with.',
    remedy: 'Nothing; no preview waits for it.',
  },
  SchemaDumped: {
    ...ready,
    about: 'schema',
    meaning: 'New databases start with a ready schema.',
    remedy: 'Nothing.',
  },
  SchemaDumpFailed: {
    ...failure,
    about: 'schema',
    meaning: 'The schema could not be created in advance; each preview creates its own.',
    remedy: "Read the Job's log; delete the Job to retry at once.",
  },
  Removing: {
    ...going,
    about: 'life',
    meaning: 'The preview is being removed.',
    remedy: 'Wait.',
  },
  RemovalStuck: {
    ...failure,
    about: 'namespace',
    meaning: 'Something in the namespace cannot be removed.',
    remedy: 'Remove what the message names.',
  },
  BranchNotFound: {
    ...failure,
    about: 'branch',
    freesSlot: true,
    proof: 'branch',
    meaning: 'The branch does not exist; the Preview was created by hand and stays.',
    remedy: 'Push the branch, or delete the Preview.',
  },
  RepositoryNotFound: {
    ...failure,
    about: 'repository',
    proof: 'repository',
    meaning: 'The DagRepository that the Preview refers to does not exist.',
    remedy: 'Create it, or delete the Preview.',
  },
  RepositoryStalled: {
    ...failure,
    about: 'repository',
    meaning: 'The DagRepository cannot be used.',
    remedy: 'Correct the DagRepository.',
  },
  BranchesRefused: {
    ...flaw,
    about: 'branch',
    meaning: 'Some branches cannot be followed; previews follow all others.',
    remedy: 'Remove the obstacle, or delete the branch.',
  },
  UrlTaken: {
    ...failure,
    about: 'repository',
    meaning: 'The host in spec.url.base belongs to an older DagRepository.',
    remedy: 'Set another host in `spec.url.base`, or delete the other DagRepository.',
  },
  NamespaceOrphaned: {
    ...progress,
    about: 'namespace',
    meaning: 'A namespace was left behind by a Preview that no longer exists.',
    remedy: 'Wait; it is removed.',
  },
  NamespaceTaken: {
    ...failure,
    about: 'refusal',
    meaning: 'A namespace or object with the required name exists and is not Offshoot’s.',
    remedy: 'Rename or delete it.',
  },
  Contested: {
    ...failure,
    about: 'objects',
    meaning: 'Someone else keeps changing an object of the preview.',
    remedy: 'Keep the other controller away from the namespace.',
  },
  Refused: {
    ...failure,
    about: 'refusal',
    meaning: 'The Kubernetes API refused an object.',
    remedy: 'Correct the field, or change the policy of the cluster that the message names.',
  },
  Retrying: {
    ...progress,
    about: 'api',
    meaning: 'Offshoot cannot do what is to be done, for a reason that usually passes.',
    remedy: 'Wait; if it lasts, see the words in the message.',
  },
  ImagePullFailed: {
    ...failure,
    about: 'image',
    meaning: 'An image cannot be pulled.',
    remedy: "Correct the image's name, or make it reachable from the nodes.",
  },
  ImagePullRefused: {
    ...failure,
    about: 'image',
    meaning: 'The registry refuses access to an image.',
    remedy: 'Give the nodes access to that registry, or set another image.',
  },
  PodUnschedulable: {
    ...failure,
    about: 'pods',
    meaning: 'A pod cannot be scheduled.',
    remedy: 'Make room, or add nodes.',
  },
  QuotaExceeded: {
    ...failure,
    about: 'pods',
    meaning: "The namespace's quota is used up.",
    remedy: 'Raise `spec.quota`, or let tasks request less.',
  },
  ContainerFailed: {
    ...failure,
    about: 'pods',
    meaning: 'A container keeps exiting.',
    remedy: "Read the container's log.",
  },
  OutOfMemory: {
    ...failure,
    about: 'pods',
    meaning: 'A container exceeded its memory limit and was killed.',
    remedy: 'Find what uses the memory, or give the nodes more.',
  },
  DiskFull: {
    ...failure,
    about: 'pods',
    meaning: 'A disk is full, or a pod exceeded its disk limit.',
    remedy: 'Free disk space on the node, or push a commit that writes less.',
  },
  PodEvicted: {
    ...failure,
    about: 'pods',
    meaning: 'A node terminated a pod.',
    remedy: 'Wait for its replacement.',
  },
  DatabaseLost: {
    ...failure,
    about: 'database',
    meaning: "The database's pod was replaced; its data is gone.",
    remedy: 'Nothing; Airflow restarts with an empty database.',
  },
  GitUnreachable: {
    ...failure,
    about: 'git host',
    meaning: 'The git host does not answer.',
    remedy: 'Check the URL, the host, and the network in between.',
  },
  GitRefused: {
    ...failure,
    about: 'git host',
    meaning: 'The git host refuses the credentials, or does not know the repository.',
    remedy: 'Check the URL and the Secret with the credentials.',
  },
  RateLimited: {
    ...progress,
    about: 'git host',
    meaning: 'The code host is rate-limiting Offshoot.',
    remedy: 'Wait; if it happens often, use separate credentials.',
  },
  RepositoryMoved: {
    ...failure,
    about: 'repository',
    meaning: 'The name in spec.github leads to a different repository than before.',
    remedy: 'Correct `spec.github`; if the new repository is intended, recreate the DagRepository.',
  },
  DagsFolderMissing: {
    ...failure,
    about: 'dags',
    meaning: 'The branch has no such DAG folder.',
    remedy: 'Push the folder, or correct `spec.code.dagsFolder`.',
  },
  SubmoduleMissing: {
    ...flaw,
    about: 'dags',
    meaning: 'A submodule of the branch cannot be fetched; DAGs that do not need it work.',
    remedy: 'Give the credentials access to it, or use a URL that pods can reach.',
  },
  DagsImported: {
    ...ready,
    about: 'dags',
    meaning: 'Airflow reports no import errors.',
    remedy: 'Nothing.',
  },
  DagImportFailed: {
    ...flaw,
    about: 'dags',
    meaning: 'Airflow cannot import a file of the DAG folder.',
    remedy: 'Push a fix.',
  },
  DagImportTimedOut: {
    ...flaw,
    about: 'dags',
    meaning: 'A file of the DAG folder takes too long to import, or hangs.',
    remedy: 'Move its work into a task.',
  },
  SlackChannelGone: {
    ...flaw,
    about: 'slack',
    meaning: 'Slack has no such channel for this bot.',
    remedy: 'Correct `spec.notify.slack.channel`, or invite the bot.',
  },
  SlackUnauthorized: {
    ...flaw,
    about: 'slack',
    meaning: 'Slack rejects the bot token.',
    remedy: 'Put a valid token into the Secret.',
  },
  SlackRefused: {
    ...flaw,
    about: 'slack',
    meaning: 'Slack rejects the message.',
    remedy: "See Slack's own reason in the message.",
  },
  SlackUnreachable: {
    ...flaw,
    about: 'slack',
    meaning: 'Slack does not answer.',
    remedy: 'Wait, unless a firewall is in the way.',
  },
  InvalidSpec: {
    ...failure,
    about: 'repository',
    meaning: 'A field of the DagRepository is invalid.',
    remedy: 'Correct the field.',
  },
  SecretMissing: {
    ...failure,
    about: 'secret',
    meaning: 'A Secret that the DagRepository names does not exist or lacks a key.',
    remedy: 'Create the Secret, or add the key.',
  },
  SecretNotForOffshoot: {
    ...failure,
    about: 'secret',
    meaning: 'A Secret that the DagRepository names is not labelled for this use.',
    remedy: 'Label the Secret.',
  },
  CredentialsNotReadOnly: {
    ...failure,
    about: 'secret',
    meaning: 'The credentials are not declared read-only, and would have to be copied beside branch code.',
    remedy: 'Use credentials that can only read, and declare them `readOnly`.',
  },
} as const satisfies Record<string, ReasonRow>;

export type Reason = keyof typeof reasons;

/** A status may hold any word: somebody else may have written it, or a newer Offshoot. */
const unknown: ReasonRow = { ...progress, about: 'life', meaning: '', remedy: '' };

export const rowOf = (reason: string): ReasonRow =>
  Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : unknown;

export const isFailure = (reason: string) => rowOf(reason).kind === 'failure';

/** Everything works, and nothing is to be said of it. */
export const isWell = (reason: string) => rowOf(reason).kind === 'ready';

/** Waiting alone does not help: somebody has to change something. */
export const needsSomebody = (reason: string) => rowOf(reason).exitCode === 1;
