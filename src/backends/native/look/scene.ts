import { stampsOf } from '../../shared/stamp.ts';
import { outlivedDatabase } from './outlived.ts';
import { summariseAll } from './pods.ts';
import type { Contested } from '../../../model/contested.ts';
import type { KubeObject } from '../../../model/object.ts';
import type { Live, Warning } from '../../../observe/api.ts';
import type { PodSummary } from './pods.ts';

/** What is to be seen of a preview, reduced to what can be told from it. */
export interface Scene {
  at: Date;
  pods: readonly PodSummary[];
  /** The Airflow pod whose database was lost and made anew. */
  outlived: PodSummary | undefined;
  /** Newest first. */
  warnings: readonly Warning[];
  /** What others keep undoing. */
  contested: readonly Contested[];
}

export function sceneOf({ at, pods, warnings }: Live): Scene {
  const all = summariseAll(pods);
  return { at, pods: all, outlived: outlivedDatabase(all), warnings, contested: [] };
}

/** A pod of a template that is no more is as good as gone. */
export function current(scene: Scene, rendered: readonly KubeObject[]): Scene {
  const stamps = stampsOf(rendered);
  const gone = ({ deleting, template, part }: PodSummary) => deleting || template !== stamps.get(part);
  return { ...scene, pods: scene.pods.map((pod) => ({ ...pod, deleting: gone(pod) })) };
}
