import { findCondition } from '../model/conditions.ts';
import type { ImportError } from '../airflow/api.ts';
import type { Preview } from '../model/preview.ts';
import type { Observed } from '../observe/api.ts';
import type { Design } from '../plan/api.ts';
import type { Said } from './api.ts';

/** Whether all DAG files can be imported; what was known last if Airflow does not say now, nothing if it never did. */
export function dagsImported(
  { importErrors }: Observed,
  { code, branch }: Design,
  preview: Preview,
): Said | undefined {
  if (!importErrors) {
    const known = findCondition(preview.status?.conditions, 'DagsImported');
    return known && { type: known.type, status: known.status, reason: known.reason, message: known.message };
  }
  const { total, first } = importErrors;
  if (total === 0)
    return {
      type: 'DagsImported',
      status: 'True',
      reason: 'DagsImported',
      message: 'Airflow reports no import errors.',
    };
  const place = ({ file, line }: ImportError) =>
    `${code.dagsFolder === '.' ? '' : `${code.dagsFolder}/`}${file}${line ? ` line ${line}` : ''}`;
  const each = first.map((one) => `${place(one)}: ${one.message}`);
  if (total > first.length) each.push(`and ${total - first.length} more`);
  const timedOut = first.some((one) => one.timedOut);
  return {
    type: 'DagsImported',
    status: 'False',
    reason: timedOut ? 'DagImportTimedOut' : 'DagImportFailed',
    message: `Airflow is up, but cannot import ${each.join('; ')}. ${
      timedOut
        ? 'A file hangs, or does its work when it is parsed: move that work into a task'
        : `Push a fix to ${branch}`
    }; other files are not affected.`,
  };
}
