/** The value of the label `part` on the pods, and the name of what makes and serves them. */
export const AIRFLOW = 'airflow';
export const DATABASE = 'postgres';

/** Each has a pod while nothing is wrong. */
export const PARTS: readonly string[] = [AIRFLOW, DATABASE];

export const GIT_SYNC = 'git-sync';

/** Airflow's containers depend on `spec.airflow.parts`: `airflow` alone, or one for each part. These serve its API … */
export const serveApi: readonly string[] = ['airflow', 'api-server'];

/** … and these are ready while the branch has its DAG folder. */
export const seeDags: readonly string[] = ['airflow', 'dag-processor'];
