/** What a reason has to say for itself. Whoever treats reasons differently asks for a column, never for a name. */
export interface ReasonRow {
  kind: 'beginning' | 'progress' | 'waiting' | 'ready' | 'flaw' | 'asleep' | 'going' | 'failure';
  about: About;
  /** Once it is reported of a Preview that nobody runs, that Preview's slot is free. */
  freesSlot: boolean;
  /** What the API server must confirm before a Preview that stays loses its workloads for this reason. */
  proof: 'spec' | 'branch' | 'repository' | undefined;
  /** What channels announce; undefined: nothing new. */
  announced: 'queued' | 'preparing' | 'ready' | 'failed' | 'suspended' | undefined;
  /** The badge on the pages. */
  colour: 'good' | 'wait' | 'bad';
  word: string;
  /** Of `offshoot wait`, where it lasts. */
  exitCode: 0 | 1 | 8;
  meaning: string;
  /** What a person should do. */
  remedy: string;
}

export type Kind = ReasonRow['kind'];

/** `refusal`: the cluster does not take what Offshoot would write · `api`: whatever else goes wrong between the two. */
type About =
  | 'life'
  | 'update'
  | 'database'
  | 'dags'
  | 'airflow'
  | 'schema'
  | 'branch'
  | 'repository'
  | 'git host'
  | 'secret'
  | 'namespace'
  | 'objects'
  | 'refusal'
  | 'api'
  | 'image'
  | 'pods'
  | 'slack';

type Defaults = Omit<ReasonRow, 'about' | 'meaning' | 'remedy'>;

const waitingIsEnough = {
  freesSlot: false,
  proof: undefined,
  announced: 'preparing',
  colour: 'wait',
  word: 'Getting ready',
  exitCode: 8,
} as const;

const works = { ...waitingIsEnough, announced: 'ready', colour: 'good', word: 'Ready', exitCode: 0 } as const;

/** Offshoot is getting there. */
export const progress = { ...waitingIsEnough, kind: 'progress' } as const satisfies Defaults;

/** Nothing is known yet; every preview passes through it, and it is reported only where it lasts. */
export const beginning = {
  ...waitingIsEnough,
  kind: 'beginning',
  announced: undefined,
} as const satisfies Defaults;

/** Others come first. */
export const waiting = {
  ...waitingIsEnough,
  kind: 'waiting',
  announced: 'queued',
  word: 'Waiting in line',
} as const satisfies Defaults;

/** Being removed: its last message stays until it is gone. */
export const going = { ...waitingIsEnough, kind: 'going', announced: undefined } as const satisfies Defaults;

export const ready = { ...works, kind: 'ready' } as const satisfies Defaults;

/** It works, and something beside it does not. */
export const flaw = { ...works, kind: 'flaw' } as const satisfies Defaults;

/** Somebody asked for it to be down: it does not come back by waiting. */
export const asleep = {
  kind: 'asleep',
  freesSlot: true,
  proof: 'spec',
  announced: 'suspended',
  colour: 'wait',
  word: 'Suspended',
  exitCode: 1,
} as const satisfies Defaults;

/** Waiting alone does not help. */
export const failure = {
  kind: 'failure',
  freesSlot: false,
  proof: undefined,
  announced: 'failed',
  colour: 'bad',
  word: 'Not working',
  exitCode: 1,
} as const satisfies Defaults;
