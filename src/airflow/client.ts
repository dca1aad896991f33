import { Agent, request } from 'undici';
import { z } from 'zod';
import { importError } from './import-error.ts';
import { airflowToken } from './token.ts';
import type { AirflowClient } from './api.ts';

const part = z
  .object({ status: z.enum(['healthy', 'unhealthy']).nullish() })
  .nullish()
  .transform((value) => value?.status ?? 'unknown');

const healthBody = z.object({ metadatabase: part, scheduler: part, triggerer: part, dag_processor: part });

const importErrorsBody = z.object({
  total_entries: z.int(),
  import_errors: z.array(z.object({ filename: z.string(), stack_trace: z.string() })),
});
/** As many as one sentence holds. */
const FIRST = 3;

/**
 * Airflow 3's REST API, without a user. Source of the shapes: Airflow's `/api/v2/monitor/health`, which answers 200 even when a
 * part is unhealthy, and `/api/v2/importErrors`. An unknown path answers 200 with HTML, so a body that is not the JSON that was asked
 * for counts as no answer.
 */
export function createAirflowClient(): AirflowClient & { close(): Promise<void> } {
  const agent = new Agent({
    connect: { timeout: 1_000 },
    headersTimeout: 3_000,
    bodyTimeout: 3_000,
    keepAliveTimeout: 4_000,
    maxResponseSize: 256 * 1024,
  });
  async function ask<T>(url: string, form: z.ZodType<T>, headers = {}): Promise<T | undefined> {
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        headers,
        // Branch code runs beside the API server, and could answer in its place without ever coming to an end.
        signal: AbortSignal.timeout(4_000),
      });
      const text = await body.text();
      return statusCode === 200 ? form.safeParse(JSON.parse(text)).data : undefined;
    } catch {
      return undefined; // not there yet, or not any more: that is what the caller asks
    }
  }
  return {
    async health(base) {
      const health = await ask(`${base}/api/v2/monitor/health`, healthBody);
      if (!health) return undefined;
      const { dag_processor: dagProcessor, ...rest } = health;
      return { ...rest, dagProcessor };
    },
    async importErrors(base, jwtSecret) {
      const authorization = `Bearer ${airflowToken(jwtSecret, 'VIEWER')}`;
      const url = `${base}/api/v2/importErrors?limit=${FIRST}&order_by=filename`;
      const found = await ask(url, importErrorsBody, { authorization });
      return (
        found && {
          total: found.total_entries,
          first: found.import_errors.map(({ filename, stack_trace }) => importError(filename, stack_trace)),
        }
      );
    },
    close: () => agent.close(),
  };
}
