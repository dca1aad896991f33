/** Airflow's own word on its parts: `null` where a part has not reported yet. */
export interface Health {
  metadatabase: PartHealth;
  scheduler: PartHealth;
  triggerer: PartHealth;
  dagProcessor: PartHealth;
}

export type PartHealth = 'healthy' | 'unhealthy' | 'unknown';

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

export interface AirflowClient {
  /** Undefined while the API server does not answer at all. `base`: its address with the branch's path, no trailing slash. */
  health(base: string): Promise<Health | undefined>;
  /** Undefined if it does not say. `jwtSecret`: what the preview's Airflow checks tokens with. */
  importErrors(base: string, jwtSecret: string): Promise<ImportErrors | undefined>;
}
