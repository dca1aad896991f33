/** Airflow's containers depend on `spec.airflow.parts`: `airflow` alone, or one for each part. These serve its API … */
export const serveApi: readonly string[] = ['airflow', 'api-server'];

/** … and these are ready while the branch has its DAG folder. */
export const seeDags: readonly string[] = ['airflow', 'dag-processor'];
