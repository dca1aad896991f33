import { codeOf, textOf } from '../../model/problem.ts';
import { printable } from '../printable.ts';

/** The result of one check. `unknown`: it could not be checked, which is no failure. */
export interface Finding {
  level: 'well' | 'wrong' | 'unknown';
  what: string;
  /** What to do about it. */
  todo?: string;
}

export const well = (what: string): Finding => ({ level: 'well', what });
export const wrong = (what: string, todo?: string): Finding => ({
  level: 'wrong',
  what,
  ...(todo && { todo }),
});
export const unknown = (what: string, todo?: string): Finding => ({
  level: 'unknown',
  what,
  ...(todo && { todo }),
});

/** Runs a check. What this user is not permitted to see is unknown; any other error is a finding. */
export async function checked(what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const forbidden = codeOf(error) === 'Forbidden';
    return [
      forbidden
        ? unknown(`${what}: you do not have permission to read this`)
        : wrong(`${what}: ${textOf(error)}`),
    ];
  }
}

const MARK = { well: '✓', wrong: '✗', unknown: '!' } as const;

export const show = ({ level, what, todo }: Finding): string =>
  [`  ${MARK[level]} ${printable(what)}`, ...(todo ? [`      ${printable(todo)}`] : [])].join('\n');
