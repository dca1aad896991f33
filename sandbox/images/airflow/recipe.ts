import { appendFile, chmod, chown, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe, Workspace } from '../recipe.ts';
import { removeMatching } from '../build/remove-matching.ts';
import { compileByteCode } from './byte-code.ts';
import { installPython } from './install-python.ts';

/** User of the official image; its group is root's, so that any user id of group 0 can write. */
const UID = 50000;

/** bookworm's Python, which Airflow 3.3 supports. */
export const PYTHON = '3.11';

const HOME = '/home/airflow';
const VENV = `${HOME}/.local`;

/** What the packages bring and Airflow never reads: each file costs at every first start of a sandbox. */
const UNUSED = ['**/*.{c,pyx,pxd}', '**/site-packages/*/**/tests', '**/babel/locale-data/[!er]*.dat'];

export const airflow: Recipe = {
  name: 'docker.io/apache/airflow:3.3.2',
  source: import.meta.dirname,
  standsFor: `Airflow 3.3.2 from PyPI on Debian's Python ${PYTHON}, laid out like the official image`,
  packages: [`python${PYTHON}-minimal`, `libpython${PYTHON}-stdlib`, 'libstdc++6', 'tzdata'],
  hostTools: { pip3: 'python3-pip' },
  fill,
  config: {
    User: String(UID),
    Env: [
      `PATH=${VENV}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      'AIRFLOW_HOME=/opt/airflow',
      `AIRFLOW_USER_HOME_DIR=${HOME}`,
      `AIRFLOW_UID=${UID}`,
      `HOME=${HOME}`,
      'AIRFLOW_VERSION=3.3.2',
      'AIRFLOW__CORE__LOAD_EXAMPLES=false',
      'DUMB_INIT_SETSID=1',
      'LANG=C.UTF-8',
      'LC_ALL=C.UTF-8',
      `PYTHON_VERSION=${PYTHON}`,
      'PYTHONUNBUFFERED=1',
    ],
    Entrypoint: ['/usr/bin/dumb-init', '--', '/entrypoint'],
    Cmd: [],
    WorkingDir: '/opt/airflow',
    ExposedPorts: { '8080/tcp': {} },
  },
};

async function fill(work: Workspace): Promise<void> {
  const { root, source } = work;
  await appendFile(join(root, 'etc/passwd'), `airflow:x:${UID}:0:Airflow:${HOME}:/bin/bash\n`);
  await chmod(join(root, 'etc/passwd'), 0o664); // the entry point adds a line for another user id
  await copyFile(join(source, 'entrypoint.sh'), join(root, 'entrypoint'));
  await chmod(join(root, 'entrypoint'), 0o755);
  for (const path of [
    HOME,
    '/opt/airflow',
    '/opt/airflow/dags',
    '/opt/airflow/logs',
    '/opt/airflow/plugins',
  ]) {
    await mkdir(join(root, path), { recursive: true });
    await chown(join(root, path), UID, 0);
    await chmod(join(root, path), 0o775);
  }
  // A virtual environment, so that neither HOME nor the user id decides what Python finds.
  await mkdir(join(root, VENV));
  await writeFile(join(root, VENV, 'pyvenv.cfg'), 'home = /usr/bin\ninclude-system-site-packages = false\n');
  await installPython(work, VENV, PYTHON);
  await removeMatching(join(root, VENV), UNUSED);
  await compileByteCode(work, [`/usr/lib/python${PYTHON}`, VENV], PYTHON);
}
