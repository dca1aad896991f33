import { appendFile, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe, Workspace } from '../recipe.ts';
import { run } from '../build/run.ts';

/** What bookworm has. The image says so whenever it starts. */
const MAJOR = '15';
const BIN = `/usr/lib/postgresql/${MAJOR}/bin`;

/** `postgres` as the official image does it: user and group 999. */
const OWNER = '999:999';

export const postgres: Recipe = {
  name: 'docker.io/library/postgres:17',
  source: import.meta.dirname,
  standsFor: `PostgreSQL ${MAJOR} of Debian with the environment variables of the official image`,
  packages: [`postgresql-${MAJOR}`],
  unused: [
    // The just-in-time compiler is half of the image, and slower than none on queries as small as Airflow's.
    'usr/lib/*/libLLVM*',
    'usr/lib/*/libz3*',
    'usr/lib/postgresql/*/lib/{bitcode,llvmjit*}',
    // Debian's cluster scripts are the only users of perl, whose modules are larger than the server.
    'usr/share/perl',
    'usr/lib/*/perl',
    'usr/lib/*/libperl*',
    'usr/share/i18n',
    // A key pair made anew at every build.
    'etc/ssl/private/*',
    'etc/ssl/certs/ssl-cert-snakeoil.pem',
    'var/lib/postgresql/*',
  ],
  prepare,
  fill,
  config: {
    Env: [
      `PATH=${BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      'LANG=C.UTF-8',
      `PG_MAJOR=${MAJOR}`,
      'PGDATA=/var/lib/postgresql/data',
    ],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['postgres'],
    ExposedPorts: { '5432/tcp': {} },
    StopSignal: 'SIGINT',
  },
};

async function prepare({ root }: Workspace): Promise<void> {
  await appendFile(join(root, 'etc/group'), 'postgres:x:999:\n');
  await appendFile(join(root, 'etc/passwd'), 'postgres:x:999:999::/var/lib/postgresql:/bin/bash\n');
  const settings = join(root, 'etc/postgresql-common/createcluster.d');
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, 'offshoot.conf'), 'create_main_cluster = false\n');
}

async function fill({ root, source }: Workspace): Promise<void> {
  const sample = join(root, `usr/share/postgresql/${MAJOR}/postgresql.conf.sample`);
  const settings = (await readFile(sample, 'utf8')).replace(
    "#listen_addresses = 'localhost'",
    "listen_addresses = '*'",
  );
  await writeFile(sample, `${settings}\njit = off\n`);

  const entrypoint = join(root, 'usr/local/bin/docker-entrypoint.sh');
  await copyFile(join(source, 'docker-entrypoint.sh'), entrypoint);
  await run('chmod', ['0755', entrypoint]);
  await mkdir(join(root, 'docker-entrypoint-initdb.d'), { recursive: true });
  // Writable by everybody, with the sticky bit, as the official image has them: for `runAsUser` of any number.
  for (const [path, mode] of [
    ['run/postgresql', '3777'],
    ['var/lib/postgresql', '1777'],
    ['var/lib/postgresql/data', '1777'],
  ] as const) {
    await mkdir(join(root, path), { recursive: true });
    await run('chown', [OWNER, join(root, path)]);
    await run('chmod', [mode, join(root, path)]);
  }
}
