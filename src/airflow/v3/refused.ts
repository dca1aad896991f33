import { optionVariable } from '../../model/airflow-env.ts';
import { fixed, former } from './fixed.ts';
import type { Config } from '../api.ts';

/** The options of a DagRepository that would do nothing, or keep its previews from working: a sentence for each. */
export const refused = (config: Config, writable: readonly string[]): string[] =>
  Object.entries(config).flatMap(([section, options]) =>
    Object.entries(options).flatMap(([option, value]) => {
      const row = fixedBy(optionVariable(section, option));
      if (!row || row.harmless?.({ value: String(value), writable })) return [];
      return [`spec.airflow.config: [${section}] ${option} cannot be set: ${row.because}`];
    }),
  );

function fixedBy(variable: string) {
  const row = fixed[former[variable] ?? variable];
  if (row) return row;
  // Where the value comes from, a command or a secrets backend, is said by another option.
  const indirect = variable.replace(/_(CMD|SECRET)$/, '');
  const meant = fixed[former[indirect] ?? indirect];
  return meant && { because: meant.because, harmless: undefined };
}
