import { readDagRepository } from '../../model/dag-repository.ts';
import { kinds } from '../../model/kinds.ts';
import { viewOf } from '../../model/preview-view.ts';
import { rowOf } from '../../model/reasons.ts';
import { codeOf } from '../../model/problem.ts';
import { checked, unknown, well, wrong, type Finding } from './finding.ts';
import type { KubeObject } from '../../cluster/api.ts';
import type { Preview } from '../../model/preview.ts';
import type { Access, Probes } from '../api.ts';

/** Whether the images of previews can be pulled, as far as that shows without pulling them. */
export async function images(
  access: Access,
  { gitSyncImage }: Probes,
  repositories: KubeObject[],
): Promise<Finding[]> {
  const wanted = new Set(
    repositories.flatMap((object) => {
      const read = readDagRepository(object);
      return read.ok
        ? [read.repository.spec.airflow.image, read.repository.spec.database.image, gitSyncImage]
        : [];
    }),
  );
  if (wanted.size === 0) return [];
  return checked('images', async () => {
    const { items: previews } = await access.cluster.list<Preview>(kinds.Preview);
    const present = await onNodes(access);
    return [...wanted].map((image) => {
      const failing = previews
        .map(viewOf)
        .find(({ reason, message }) => rowOf(reason ?? '').about === 'image' && message?.includes(image));
      if (failing) return wrong(failing.message ?? '');
      if (present?.has(whole(image))) return well(`image ${image} is on a node`);
      return unknown(`image ${image} is on no node yet; the first preview shows whether nodes can pull it`);
    });
  });
}

/** Every name under which a node holds an image (some have none); a node lists at most fifty. Undefined without permission to list nodes. */
async function onNodes({ cluster }: Access): Promise<Set<string> | undefined> {
  try {
    const { items } = await cluster.list<KubeObject & { status?: { images?: { names: string[] | null }[] } }>(
      kinds.Node,
    );
    return new Set(
      items.flatMap(({ status }) => status?.images ?? []).flatMap(({ names }) => (names ?? []).map(whole)),
    );
  } catch (error) {
    if (codeOf(error) === 'Forbidden') return undefined;
    throw error;
  }
}

/** As nodes write it: `postgres:17` is `docker.io/library/postgres:17`. */
export function whole(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hosted = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hosted ? image : `docker.io/${rest.length ? '' : 'library/'}${image}`;
  return /[:@][^/]*$/.test(path.slice(path.indexOf('/'))) ? path : `${path}:latest`;
}
