import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { request } from 'undici';
import { parseAllDocuments } from 'yaml';
import { createForges } from '../forges/all.ts';
import { proxyOf } from '../model/proxy.ts';
import { createChannels } from '../notify/all.ts';
import type { Probes } from '../cli/api.ts';
import type { Rule } from '../cli/doctor/rights.ts';
import type { Config } from '../config/api.ts';

const ROLE = new URL('../../helm/offshoot/rbac/offshoot.yaml', import.meta.url);

/** The questions of `offshoot doctor` to the world outside of the cluster. Nothing is changed by them. */
export const createProbes = (config: () => Config): Probes => ({
  nodeVersion: process.versions.node,
  get gitSyncImage() {
    return config().gitSyncImage;
  },
  get forges() {
    return createForges({ ...config(), proxy: proxyOf(config()) });
  },
  async shippedRole() {
    const text = await readFile(ROLE, 'utf8').catch(() => undefined);
    const roles = parseAllDocuments(text ?? '').map(
      (one) => one.toJS() as { metadata: { name: string }; rules: Rule[] } | null,
    );
    return roles.find((one) => one?.metadata.name === 'offshoot')?.rules;
  },
  channels: (readSecret) => createChannels({ config: config(), readSecret, log: pino({ level: 'silent' }) }),
  async visit(url) {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(10_000) });
    await body.dump();
    return statusCode;
  },
});
