import { gunzipSync } from 'node:zlib';
import { Problem } from '../../../model/problem.ts';
import { schemaMeta } from './job.ts';
import type { DagRepository } from '../../../model/dag-repository.ts';
import type { KubeObject } from '../../../model/object.ts';
import type { Recipe } from './recipe.ts';

/** The key of the compressed dump. */
export const DUMP_KEY = 'schema.gz';
/** A ConfigMap holds one MiB, names and all. */
const MOST_BYTES = 900_000;
const LARGEST_SCHEMA = 64 * 1024 * 1024;

/** A dump out of a container's log, proved whole: gzip has a checksum, pg_dump a last line, and Airflow's own mark is in it. */
export function readDump(log: string): Buffer {
  const packed = Buffer.from(log, 'base64');
  if (packed.length > MOST_BYTES)
    throw bad(`it has ${packed.length} bytes, more than fit into a ConfigMap (${MOST_BYTES})`);
  const schema = unpack(packed);
  if (!schema.includes('-- PostgreSQL database dump complete')) throw bad('it is truncated');
  if (!/^COPY \S*alembic_version .*\n[^\\]/m.test(schema)) throw bad('it contains no schema version');
  return packed;
}

export const dumpConfigMap = (
  repository: DagRepository,
  recipe: Recipe,
  dump: Buffer,
  annotations: Record<string, string>,
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: schemaMeta(repository, recipe, annotations),
  immutable: true,
  binaryData: { [DUMP_KEY]: dump.toString('base64') },
});

function unpack(packed: Buffer): string {
  try {
    return gunzipSync(packed, { maxOutputLength: LARGEST_SCHEMA }).toString('utf8');
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause));
  }
}

const bad = (why: string) =>
  new Problem('SchemaDumpFailed', `The dump that the Job printed cannot be used: ${why}.`);
