import { z } from 'zod';
import type { Health, Question } from '../api.ts';

/** Null, or not there, where a part has not reported yet. */
const part = z.object({ status: z.enum(['healthy', 'unhealthy']).nullish() }).nullish();

const form = z.object({ metadatabase: part, scheduler: part, triggerer: part, dag_processor: part });

/** Answers 200 even when a part is unhealthy. */
export const health: Question<Health> = {
  path: '/api/v2/monitor/health',
  read(body) {
    const answer = form.safeParse(body).data;
    const well = {
      'API server': answer !== undefined,
      database: answer?.metadatabase?.status === 'healthy',
      scheduler: answer?.scheduler?.status === 'healthy',
      triggerer: answer?.triggerer?.status === 'healthy',
      'DAG processor': answer?.dag_processor?.status === 'healthy',
    };
    const waitingFor = Object.entries(well).flatMap(([name, up]) => (up ? [] : [name]));
    return { answers: answer !== undefined, waitingFor };
  },
};
