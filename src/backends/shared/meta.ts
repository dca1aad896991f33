import { annotation, label } from '../../model/labels.ts';
import { labelValue } from '../../model/names.ts';
import type { Design } from '../../plan/api.ts';

/** Metadata of an object in the preview's namespace: whose it is, and which part. */
export function meta(design: Design, name: string, part: string, annotations?: Record<string, string>) {
  return {
    name,
    namespace: design.namespace,
    labels: ownerLabels(design, part),
    ...(annotations && { annotations }),
  };
}

export function ownerLabels(design: Design, part: string): Record<string, string> {
  return {
    [label.managedBy]: 'offshoot',
    [label.part]: part,
    [label.previewUid]: design.uid,
    [label.repository]: labelValue(design.repository),
  };
}

/** Which pods a part's Service and Deployment select. */
export const selector = (part: string) => ({ [label.part]: part, [label.managedBy]: 'offshoot' });

export const branchNote = (design: Design) => ({ [annotation.branch]: design.branch });
