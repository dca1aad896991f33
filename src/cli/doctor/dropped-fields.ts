import { unknownFields } from '../../model/unknown-fields.ts';
import { wrong, type Finding } from './finding.ts';
import type { KubeObject } from '../../cluster/api.ts';

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields that somebody applied and the API server dropped, because no such field exists: only kubectl's own note still has them. */
export function droppedFields({ metadata, kind }: KubeObject): Finding[] {
  const { spec } = applied(metadata.annotations?.[APPLIED]);
  return unknownFields({ apiVersion: '', kind, metadata, spec }).map((said) =>
    wrong(
      `${said}: it was applied, and dropped by the API server`,
      'Correct or remove the field, and apply again with kubectl apply --validate=strict, which refuses such fields.',
    ),
  );
}

function applied(note: string | undefined): { spec?: unknown } {
  try {
    return (JSON.parse(note ?? '{}') as { spec?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}
