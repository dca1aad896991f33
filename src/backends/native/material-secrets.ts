import { GIT_CREDENTIALS } from '../../model/material.ts';
import { materialSecret } from '../shared/materials.ts';
import { gitFiles } from './git-credentials.ts';
import type { Material } from '../../model/material.ts';
import type { KubeObject } from '../../model/object.ts';
import type { SecretData } from '../../model/secret-use.ts';
import type { Design } from '../../plan/api.ts';

/** Materials that pods do not read as they come. */
const forms: Record<string, (design: Design, values: SecretData) => SecretData> = {
  [GIT_CREDENTIALS]: gitFiles,
};

/** The Secrets of those materials whose values are known. */
export const materialSecrets = (design: Design, materials: readonly Material[]): KubeObject[] =>
  materials.flatMap((material) => {
    const { secret, values } = material;
    return values ? [materialSecret(design, material, forms[secret]?.(design, values) ?? values)] : [];
  });
