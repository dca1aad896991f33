import { readFileSync } from 'node:fs';
import { meta } from '../shared/meta.ts';
import type { Dialect } from '../../airflow/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { NativeDesign } from './native-design.ts';

const NAME = 'airflow-parts';
const DIRECTORY = '/etc/airflow-parts';
const MAIN = 'airflow_parts.py';
const SCRIPTS = Object.fromEntries(
  [MAIN, 'supervisor.py'].map((file) => [
    file,
    readFileSync(new URL(`forked/${file}`, import.meta.url), 'utf8'),
  ]),
);

/** The script that imports Airflow once and forks its parts, and what it has to know of this generation of Airflow. */
export const partsScript = (design: NativeDesign): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: meta(design, NAME, 'airflow'),
  data: { ...SCRIPTS, 'generation.py': design.dialect.generation, 'commands.json': commands(design.dialect) },
});

const commands = ({ parts, migrate }: Dialect) =>
  JSON.stringify({ parts: Object.fromEntries(parts.map(({ name, command }) => [name, command])), migrate });

/** Its last argument is where it says why it gave up: Kubernetes shows that as the container's last words. */
export const partsCommand = ['python', `${DIRECTORY}/${MAIN}`, '/dev/termination-log'];
export const partsMount = { name: NAME, mountPath: DIRECTORY, readOnly: true };
export const partsVolume = { name: NAME, configMap: { name: NAME } };
