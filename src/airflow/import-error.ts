import type { ImportError } from './api.ts';

/** One of Airflow's stack traces, reduced to what a person looks for first: where, and the exception in one line. */
export function importError(file: string, trace: string): ImportError {
  const lines = trace.split('\n').map((line) => line.trimEnd());
  const last = lines.findLastIndex((line) => /^\s/.test(line));
  const words = lines.slice(last + 1).find((line) => line !== '') ?? lines.find((line) => line !== '') ?? '';
  const at = lines.findLast((line) => line.includes(`${file}", line `));
  const line = Number(/", line (\d+)/.exec(at ?? '')?.[1]);
  return {
    file,
    ...(line > 0 && { line }),
    // The class's module says nothing to the author of a DAG.
    message: words
      .trim()
      .replace(/^(?:[A-Za-z_]\w*\.)+(?=[A-Z]\w*(:|$))/, '')
      .slice(0, 300),
    timedOut: /DagBag import timeout for /.test(trace),
  };
}
