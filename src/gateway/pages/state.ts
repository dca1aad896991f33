import { isFailure } from '../../model/reasons.ts';
import type { Destination } from '../api.ts';

interface State {
  look: 'good' | 'bad' | 'wait';
  word: string;
}

/** In a word, how a preview is. */
export function stateOf({ ready, reason }: Destination): State {
  if (ready) return { look: 'good', word: 'Ready' };
  if (isFailure(reason)) return { look: 'bad', word: 'Not working' };
  if (reason === 'Queued') return { look: 'wait', word: 'Waiting in line' };
  if (reason === 'Suspended') return { look: 'wait', word: 'Suspended' };
  return { look: 'wait', word: 'Getting ready' };
}
