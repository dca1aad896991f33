/** One generation of Airflow, and all that is particular to it: nobody else knows its commands, settings and paths. */
export interface Dialect {
  /** The versions it is for, as a sentence names them: `3.x`. */
  readonly versions: string;
  handles(version: string): boolean;
  readonly health: Question<Health>;
  readonly importErrors: Question<ImportErrors | undefined>;
  /** A request's headers that let Offshoot read everything: `jwtSecret` is what this one Airflow checks tokens with. */
  authorization(jwtSecret: string): Record<string, string>;
  /** Whether this one Airflow issued a token that a visitor brings. */
  issued(jwtSecret: string, token: string): boolean;
}

/** What Airflow's API is asked. */
export interface Question<T> {
  /** Below the branch's path. */
  readonly path: string;
  /** Reads the answer's JSON; undefined stands for no answer, and what has another form counts as none. */
  read(body: unknown): T;
}

/** Airflow's own report on its parts. */
export interface Health {
  /** Whether it answered at all. */
  answers: boolean;
  /** The parts that are not healthy, or have not reported yet, as a sentence names them. None: all is well. */
  waitingFor: readonly string[];
}

/** A file of the DAG folder that Airflow cannot make DAGs of. */
export interface ImportError {
  /** Relative to the DAG folder. */
  file: string;
  line?: number;
  /** The exception, in one line. */
  message: string;
  /** Importing it took longer than `core.dagbag_import_timeout`. */
  timedOut: boolean;
}

export interface ImportErrors {
  total: number;
  /** The first few, by file name. */
  first: readonly ImportError[];
}

/** Asks the Airflow of a preview; `version` chooses the dialect, and undefined comes back where none handles it. */
export interface AirflowClient {
  /** `base`: its address with the branch's path, no trailing slash; undefined: nobody can be asked yet. */
  health(version: string, base: string | undefined): Promise<Health | undefined>;
  /** Undefined also where it does not say. */
  importErrors(version: string, base: string, jwtSecret: string): Promise<ImportErrors | undefined>;
}
