import { meta } from '../../shared/meta.ts';
import { DUMP_KEY } from './dump.ts';
import type { KubeObject } from '../../../model/object.ts';
import type { Design } from '../../../plan/api.ts';

/** A preview's copy of the dump. Its database's pod mounts it whether it exists or not, so that its coming rolls nothing. */
export const SCHEMA = 'airflow-schema';

/** Where PostgreSQL's image looks, once, when the data directory is empty. */
export const INIT_DIR = '/docker-entrypoint-initdb.d';

/** The copy that lies beside the database, made from the DagRepository's dump. */
export function schemaCopy(design: Design, dump: KubeObject): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(design, SCHEMA, 'postgres'),
    data: { 'restore.sh': RESTORE },
    binaryData: { [DUMP_KEY]: (dump['binaryData'] as Record<string, string> | undefined)?.[DUMP_KEY] ?? '' },
  };
}

/**
 * All or nothing, and never a failure: an empty database is as good a start, since Airflow looks at the schema that it finds and
 * makes what is missing. (The image would restore a `.sql.gz` by itself, but a half-restored one would break it for good.)
 */
const RESTORE = `#!/bin/sh
if gunzip -c ${INIT_DIR}/${DUMP_KEY} >/tmp/schema.sql &&
  psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 --output=/dev/null \\
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --file=/tmp/schema.sql; then
  echo 'offshoot: schema restored' >&2
else
  echo 'offshoot: schema not restored, Airflow will create it' >&2
fi
rm -f /tmp/schema.sql
`;
