import { readFileSync } from 'node:fs';
import { meta } from '../shared/meta.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

const NAME = 'airflow-parts';
const DIRECTORY = '/etc/airflow-parts';
const MAIN = 'airflow_parts.py';
const SCRIPTS = Object.fromEntries(
  [MAIN, 'supervisor.py'].map((file) => [
    file,
    readFileSync(new URL(`forked/${file}`, import.meta.url), 'utf8'),
  ]),
);

/** The script that imports Airflow once and forks its parts. */
export const partsScript = (design: Design): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: meta(design, NAME, 'airflow'),
  data: SCRIPTS,
});

/** Its last argument is where it says why it gave up: Kubernetes shows that as the container's last words. */
export const partsCommand = ['python', `${DIRECTORY}/${MAIN}`, '/dev/termination-log'];
export const partsMount = { name: NAME, mountPath: DIRECTORY, readOnly: true };
export const partsVolume = { name: NAME, configMap: { name: NAME } };
