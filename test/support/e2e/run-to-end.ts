import type { Airflow } from '../../../demo/airflow.ts';
import { until } from '../../../demo/until.ts';
import type { SeenPods } from './seen-pods.ts';

export interface EndedRun {
  readonly id: string;
  readonly state: string;
  /** The tasks that failed, by `task` or `task[index]`. */
  readonly failed: readonly string[];
  /** Which states each task was seen in. */
  readonly states: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A run that somebody asked for, followed until it has ended and each of its tasks was seen in a worker pod of its own. */
export async function runToEnd(
  airflow: Airflow,
  pods: SeenPods,
  dag: string,
  seconds: number,
  onStart: (run: string) => Promise<void> = () => Promise.resolve(),
): Promise<EndedRun> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const states = new Map<string, Set<string>>();
  await airflow.unpause(dag);
  const id = await airflow.trigger(dag);
  const ended = until<string>(
    `${dag} to end`,
    async () => {
      const now = (await airflow.runs()).find((run) => run.id === id && run.dag === dag)?.state;
      for (const { task, mapIndex, state } of await airflow.tasks(dag, id)) {
        const name = mapIndex < 0 ? task : `${task}[${mapIndex}]`;
        states.set(name, (states.get(name) ?? new Set()).add(state ?? 'none'));
      }
      if (now === 'success' || now === 'failed') return { done: now };
      return { yet: [...states].map(([name, seen]) => `${name}: ${[...seen].at(-1)}`).join(', ') };
    },
    { signal, everyMs: 2_000 },
  );
  const [state] = await Promise.all([ended, onStart(id)]);
  await until(
    `a worker pod of each task of ${dag}`,
    () => {
      const workers = new Set(pods.workersOf(id));
      const ran = [...states].filter(([, seen]) => seen.has('success') || seen.has('failed'));
      const without = ran.map(([task]) => task).filter((task) => !workers.has(task));
      return without.length === 0 ? { done: true } : { yet: `none that succeeded of ${without.join(', ')}` };
    },
    { signal },
  );
  const failed = [...states].filter(([, seen]) => seen.has('failed')).map(([task]) => task);
  return { id, state, failed, states };
}
