import type { Look } from './until.ts';

export interface DagRun {
  readonly id: string;
  readonly dag: string;
  readonly state: string;
}

export interface TaskInstance {
  readonly task: string;
  /** Which of a mapped task; -1 for one that is not mapped. */
  readonly mapIndex: number;
  readonly state: string | null;
  readonly tryNumber: number;
}

const PARTS = ['metadatabase', 'scheduler', 'triggerer', 'dag_processor'] as const;
const PATIENCE_MS = 10_000;

/** A branch's Airflow as a person with a browser reaches it: by its public URL, with no secret of anybody's. */
export class Airflow {
  readonly url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.url = url.replace(/\/$/, '');
  }

  /** Done when the API says of each of the four parts that it is healthy. */
  async health(): Promise<Look<true>> {
    const response = await this.#fetch('/api/v2/monitor/health');
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !type.includes('json')) {
      await response.body?.cancel();
      return { yet: `${this.url} answers ${response.status} (${type})` };
    }
    const health = (await response.json()) as Record<string, { status?: string | null } | undefined>;
    const ill = PARTS.filter((part) => health[part]?.status !== 'healthy');
    if (ill.length === 0) return { done: true };
    return { yet: ill.map((part) => `${part} is ${health[part]?.status ?? 'not there'}`).join(', ') };
  }

  /** Done when all these DAGs are listed and each has exactly this source. */
  async shows(sources: ReadonlyMap<string, string>): Promise<Look<true>> {
    const { dags } = await this.json<{ dags: { dag_id: string }[] }>('GET', '/api/v2/dags?limit=100');
    const missing = [...sources.keys()].filter((id) => !dags.some(({ dag_id }) => dag_id === id));
    if (missing.length > 0) return { yet: `not listed: ${missing.join(', ')}` };
    for (const [id, source] of sources) {
      const { content } = await this.json<{ content: string }>(
        'GET',
        `/api/v2/dagSources/${encodeURIComponent(id)}`,
      );
      if (content !== source) return { yet: `the source of ${id} belongs to another commit` };
    }
    return { done: true };
  }

  async unpause(dag: string): Promise<void> {
    await this.json('PATCH', `/api/v2/dags/${encodeURIComponent(dag)}`, { is_paused: false });
  }

  async trigger(dag: string): Promise<string> {
    const path = `/api/v2/dags/${encodeURIComponent(dag)}/dagRuns`;
    return (await this.json<{ dag_run_id: string }>('POST', path, { logical_date: null })).dag_run_id;
  }

  /** Runs of all DAGs, whoever asked for them. */
  async runs(): Promise<readonly DagRun[]> {
    type Runs = { dag_runs: { dag_run_id: string; dag_id: string; state: string }[] };
    const { dag_runs } = await this.json<Runs>('GET', '/api/v2/dags/~/dagRuns?limit=100');
    return dag_runs.map(({ dag_run_id, dag_id, state }) => ({ id: dag_run_id, dag: dag_id, state }));
  }

  async tasks(dag: string, run: string): Promise<readonly TaskInstance[]> {
    type Tasks = {
      task_instances: { task_id: string; map_index: number; state: string | null; try_number: number }[];
    };
    const { task_instances } = await this.json<Tasks>('GET', `${runPath(dag, run)}/taskInstances?limit=100`);
    return task_instances.map(({ task_id, map_index, state, try_number }) => ({
      task: task_id,
      mapIndex: map_index,
      state,
      tryNumber: try_number,
    }));
  }

  /** The log of a task's try, as the text that the UI gets; whatever there is of it so far. */
  async log(dag: string, run: string, task: string, tryNumber = 1): Promise<string> {
    const path = `${runPath(dag, run)}/taskInstances/${encodeURIComponent(task)}/logs/${tryNumber}`;
    return JSON.stringify(await this.json('GET', path));
  }

  /** What a browser gets at the URL itself. */
  async page(path = '/'): Promise<{ status: number; type: string; body: string }> {
    const response = await this.#fetch(path, { headers: { accept: 'text/html' } });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: await response.text(),
    };
  }

  async json<T>(method: string, path: string, body?: object): Promise<T> {
    this.#token ??= await this.#signIn();
    const response = await this.#fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 401) this.#token = undefined;
    if (!response.ok)
      throw new Error(`${method} ${this.url}${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  async #signIn(): Promise<string> {
    const response = await this.#fetch('/auth/token', { headers: { accept: 'application/json' } });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${this.url}/auth/token answered ${response.status}: ${text.slice(0, 300)}`);
    return (JSON.parse(text) as { access_token: string }).access_token;
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  }
}

function runPath(dag: string, run: string): string {
  return `/api/v2/dags/${encodeURIComponent(dag)}/dagRuns/${encodeURIComponent(run)}`;
}
