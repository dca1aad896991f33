import { identities } from '../shared/identity.ts';
import { gatewayAccess, isolation } from '../shared/network.ts';
import { limitRange, quota } from '../shared/quota.ts';
import { stamped } from '../shared/stamp.ts';
import { airflow, together } from './airflow.ts';
import { database } from './database.ts';
import { partsScript } from './forked.ts';
import { podTemplate } from './pod-template.ts';
import { policy } from './policy.ts';
import { submodulesScript } from './submodules.ts';
import { settings } from './settings.ts';
import type { Dialect } from '../../airflow/api.ts';
import type { KubeObject } from '../../model/object.ts';
import type { Design } from '../../plan/api.ts';

/** Every object that lies in the preview's namespace, but the Secrets, in the order in which they are applied: fences first. */
export function render(plain: Design, dialect: Dialect): KubeObject[] {
  const design = { ...plain, dialect };
  return [
    quota(design),
    limitRange(design),
    isolation(design),
    gatewayAccess(design),
    ...identities(design),
    ...database(design),
    settings(design),
    policy(design),
    submodulesScript(design),
    podTemplate(design),
    together(design) ? partsScript(design) : undefined,
    ...airflow(design),
  ]
    .filter((object) => object !== undefined)
    .map(stamped);
}
