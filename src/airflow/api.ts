import type { Design } from '../plan/api.ts';

/** One generation of Airflow, and all that is particular to it: nobody else knows its commands, settings and paths. */
export interface Dialect {
  /** The versions it is for, as a sentence names them: `3.x`. */
  readonly versions: string;
  handles(version: string): boolean;

  /** The processes that make up one Airflow and run until they are stopped. */
  readonly parts: readonly Part[];
  /** Arguments of the command `airflow` that bring the database to this version's schema. */
  readonly migrate: readonly string[];
  /** A Python module: what the process imports that its parts are forks of (`SHARED`), what one part imports alone (`OWN`), and whether the database has this version's schema (`has_schema`). */
  readonly generation: string;
  /** The variables that decide which tables there are. */
  readonly decidesSchema: readonly string[];

  /** Defaults, which `spec.airflow.config` may change. */
  defaults(design: Design): Record<string, string>;
  /** What every process has, tasks included; nothing that a DagRepository says is stronger. */
  everywhere(design: Design, place: Place): Record<string, Setting>;
  /** What the parts have beside that. */
  ofParts(design: Design, place: Place): Record<string, Setting>;
  /** What tasks have beside that. */
  ofTasks(design: Design, place: Place): Record<string, Setting>;
  /** What `spec.airflow.config` may not set, as it would do nothing or break the preview: a sentence for each. `writable`: folders that it may write into. */
  refused(config: Config, writable: readonly string[]): readonly string[];

  /** Answers 200 to anybody as soon as requests are served, with JSON; below the branch's path. */
  readonly servingPath: string;
  readonly health: Question<Health>;
  readonly importErrors: Question<ImportErrors | undefined>;
  /** A request's headers that let Offshoot read everything: `jwtSecret` is what this one Airflow checks tokens with. */
  authorization(jwtSecret: string): Record<string, string>;
  /** The one cookie by which it recognises its users. */
  readonly cookie: string;
  /** Whether this one Airflow issued a token that a visitor sends, as that cookie or as a bearer; the text may be anything. */
  issued(jwtSecret: string, token: string): boolean;
}

/** Options of airflow.cfg, by section. */
export type Config = Design['airflow']['config'];

/** The generations that there are. */
export interface Airflows {
  readonly dialects: readonly Dialect[];
  /** Throws a Problem where none handles the version. */
  dialectOf(version: string): Dialect;
}

/** One process of Airflow. What it does beside its work decides what its container is given. */
export interface Part {
  /** Its container's name, and what its lines in the log are written under. */
  readonly name: string;
  /** Arguments of the command `airflow`. */
  readonly command: readonly string[];
  /** Serves UI and API. */
  readonly serves?: true;
  /** Imports what the branch writes. */
  readonly importsDags?: true;
  /** Talks to Kubernetes, and so holds a token. */
  readonly usesKubernetes?: true;
}

/** Where a backend has put things, as processes of the preview see them. */
export interface Place {
  /** Where other pods reach the part that serves: `http://airflow.some-namespace:8080`. */
  address: string;
  dagsFolder: string;
  /** Undefined: the image's own. */
  pluginsFolder: string | undefined;
  /** The file with the template of the pods that tasks run in. */
  podTemplate: string;
}

/** The value of a variable: a text, or something secret that Offshoot generates for each preview. */
export type Setting = string | { secret: GeneratedSecret };

export type GeneratedSecret = 'database-url' | 'fernet-key' | 'api-secret-key' | 'jwt-secret';

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
