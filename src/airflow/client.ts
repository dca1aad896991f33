import { Agent, request } from 'undici';
import type { AirflowClient, Dialect } from './api.ts';

/**
 * Airflow's REST API. An unknown path may answer 200 with HTML, so a body that is not the JSON that was asked for counts as no answer;
 * so does every other status.
 */
export function createAirflowClient(
  dialects: readonly Dialect[],
): AirflowClient & { close(): Promise<void> } {
  const agent = new Agent({
    connect: { timeout: 1_000 },
    headersTimeout: 3_000,
    bodyTimeout: 3_000,
    keepAliveTimeout: 4_000,
    maxResponseSize: 256 * 1024,
  });
  async function ask(url: string, headers: Record<string, string> = {}): Promise<unknown> {
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        headers,
        // Branch code runs beside the API server, and could answer in its place without ever coming to an end.
        signal: AbortSignal.timeout(4_000),
      });
      const text = await body.text();
      return statusCode === 200 ? (JSON.parse(text) as unknown) : undefined;
    } catch {
      return undefined; // not there yet, or not any more: that is what the caller asks
    }
  }
  const dialectOf = (version: string) => dialects.find((one) => one.handles(version));
  return {
    async health(version, base) {
      const dialect = dialectOf(version);
      return dialect?.health.read(base && (await ask(base + dialect.health.path)));
    },
    async importErrors(version, base, jwtSecret) {
      const dialect = dialectOf(version);
      if (!dialect) return undefined;
      const { path, read } = dialect.importErrors;
      return read(await ask(base + path, dialect.authorization(jwtSecret)));
    },
    close: () => agent.close(),
  };
}
