import { reasons } from '../src/model/reasons.ts';

/** The table of docs/conditions.md: every reason, and what depends on it. */
export const reasonsTable = () =>
  [
    '| reason | kind | meaning | what to do | announced | page | `offshoot wait` | slot |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...Object.entries(reasons).map(
      ([reason, { kind, meaning, remedy, announced = '–', word, exitCode, freesSlot }]) => {
        const cells = [kind, meaning, remedy, announced, word, exitCode, freesSlot ? 'free' : ''];
        return `| [${reason}](#${reason.toLowerCase()}) | ${cells.join(' | ')} |`;
      },
    ),
  ].join('\n');
