import type { Explanation } from '../../../model/explanation.ts';
import type { Design } from '../../../plan/api.ts';
import type { Scene } from '../look/scene.ts';

/** One reason why a preview is not healthy; undefined where it does not apply. */
export type Why = (scene: Scene, design: Design) => Explanation | undefined;
