/** Airflow's own word on its parts: `null` where a part has not reported yet. */
export interface Health {
  metadatabase: PartHealth;
  scheduler: PartHealth;
  triggerer: PartHealth;
  dagProcessor: PartHealth;
}

export type PartHealth = 'healthy' | 'unhealthy' | 'unknown';

export interface AirflowClient {
  /** Undefined while the API server does not answer at all. `base`: its address with the branch's path, no trailing slash. */
  health(base: string): Promise<Health | undefined>;
}
