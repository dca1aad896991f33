import { createHash } from 'node:crypto';
import { fromSecrets } from '../model/airflow-env.ts';
import { oncePerObject } from '../model/once-per-object.ts';
import { designOf } from './design.ts';
import type { Backend } from '../backends/api.ts';
import type { DagRepository } from '../model/dag-repository.ts';
import type { Preview } from '../model/preview.ts';
import type { PlanSettings } from './api.ts';

/**
 * A short text that stands for all that this Offshoot, with its settings, makes of a DagRepository: what is the same for every preview.
 * Equal texts, equal objects; so a new generation that renders the same is none, and a new version of Offshoot that renders otherwise is one.
 */
export const createRendering = (backend: Pick<Backend, 'render'>, settings: PlanSettings) =>
  oncePerObject((repository: DagRepository): string => {
    const any = { metadata: { name: 'any', uid: 'any' }, spec: { branch: 'any' } } as Preview;
    // What has to be let through the fences belongs to the place and time, and follows without restarting anything.
    const network = { allowed: [], apiServer: [], dns: [], offshoot: undefined };
    const design = designOf(repository, any, 'http://any.invalid/any', network, settings);
    // Where a Secret's value comes from shows in no object: a change of that would reach nobody.
    const origins = fromSecrets(design.airflow.env);
    return createHash('sha256')
      .update(JSON.stringify([backend.render(design), origins]))
      .digest('hex')
      .slice(0, 16);
  });
