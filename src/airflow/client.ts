import { Agent, request } from 'undici';
import { z } from 'zod';
import type { AirflowClient } from './api.ts';

const part = z
  .object({ status: z.enum(['healthy', 'unhealthy']).nullish() })
  .nullish()
  .transform((value) => value?.status ?? 'unknown');

const healthBody = z.object({ metadatabase: part, scheduler: part, triggerer: part, dag_processor: part });

/**
 * Airflow 3's REST API, without a user. Source of the shapes: Airflow's `/api/v2/monitor/health`, which answers 200 even when a
 * part is unhealthy. An unknown path answers 200 with HTML, so a body that is not this JSON counts as no answer.
 */
export function createAirflowClient(): AirflowClient & { close(): Promise<void> } {
  const agent = new Agent({
    connect: { timeout: 1_000 },
    headersTimeout: 3_000,
    bodyTimeout: 3_000,
    keepAliveTimeout: 4_000,
    maxResponseSize: 64 * 1024,
  });
  return {
    async health(base) {
      try {
        const { statusCode, body } = await request(`${base}/api/v2/monitor/health`, {
          dispatcher: agent,
          // Branch code runs beside the API server, and could answer in its place without ever coming to an end.
          signal: AbortSignal.timeout(4_000),
        });
        const text = await body.text();
        if (statusCode !== 200) return undefined;
        const parsed = healthBody.safeParse(JSON.parse(text));
        if (!parsed.success) return undefined;
        const { dag_processor: dagProcessor, ...rest } = parsed.data;
        return { ...rest, dagProcessor };
      } catch {
        return undefined; // not there yet, or not any more: that is what the caller asks
      }
    },
    close: () => agent.close(),
  };
}
