import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../model/problem.ts';

const PAUSES_MS = [50, 150, 400];

/**
 * Does it again, from the start, when somebody wrote at the same moment: a code host does not deliver a second time by itself. What is
 * read anew each time is what it is decided by.
 */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (const ms of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      if (codeOf(error) !== 'Conflict' && codeOf(error) !== 'AlreadyExists') throw error;
      await pause(ms * (1 + Math.random()));
    }
  }
  return work();
}
