import { openKube, type KubeClient } from './kube-client.ts';

/** One object's identity: where it is in the API, and which of all that ever had this name it is. */
export interface Identity {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

interface DiscoveredGroup {
  readonly metadata: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: string;
    readonly resources?: readonly { readonly resource: string; readonly verbs: readonly string[] }[];
  }[];
}

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
/** Events outlive what they tell of, by design. */
const EXCEPTED = new Set(['events', 'events.events.k8s.io']);

/** Every object of every discoverable type that can be listed, Events excepted. Throws rather than see less than all. */
export async function snapshot(kubeconfigFile: string): Promise<readonly Identity[]> {
  const kube = await openKube(kubeconfigFile);
  try {
    const found: Identity[] = [];
    for (const { resource, path } of await listable(kube)) found.push(...(await list(kube, resource, path)));
    return found;
  } finally {
    kube.close();
  }
}

async function listable(kube: KubeClient): Promise<readonly { resource: string; path: string }[]> {
  const answers = [
    { root: '/api', body: await ask(kube, '/api', DISCOVERY) },
    { root: '/apis', body: await ask(kube, '/apis', DISCOVERY) },
  ];
  const found = new Map<string, string>();
  for (const { root, body } of answers) {
    for (const { metadata, versions = [] } of (body as { items: DiscoveredGroup[] }).items) {
      const group = metadata.name ?? '';
      for (const { version, freshness, resources = [] } of versions) {
        if (freshness === 'Stale')
          throw new Error(`The API group ${group}/${version} does not answer: a snapshot would miss it.`);
        for (const { resource, verbs } of resources) {
          const name = group === '' ? resource : `${resource}.${group}`;
          // Versions come in order of preference and show the same objects: the first is enough.
          if (!verbs.includes('list') || EXCEPTED.has(name) || found.has(name)) continue;
          found.set(name, [root, group, version, resource].filter((part) => part !== '').join('/'));
        }
      }
    }
  }
  return [...found].map(([resource, path]) => ({ resource, path }));
}

async function list(kube: KubeClient, resource: string, path: string): Promise<Identity[]> {
  const found: Identity[] = [];
  let next = '';
  do {
    const query = new URLSearchParams({ limit: '500', ...(next === '' ? {} : { continue: next }) });
    const body = (await ask(kube, `${path}?${query.toString()}`, METADATA)) as {
      metadata?: { continue?: string };
      /** null for none, in lists of metadata. */
      items: { metadata: { name: string; namespace?: string; uid?: string } }[] | null;
    };
    found.push(
      ...(body.items ?? []).map(({ metadata }) => ({
        resource,
        namespace: metadata.namespace ?? '',
        name: metadata.name,
        uid: metadata.uid ?? '',
      })),
    );
    next = body.metadata?.continue ?? '';
  } while (next !== '');
  return found;
}

async function ask(kube: KubeClient, path: string, accept: string): Promise<unknown> {
  const { status, body } = await kube.get(path, accept);
  // A type may be gone between discovery and listing only with its definition: worth failing loudly.
  if (status !== 200) throw new Error(`GET ${path} answered ${status}: a snapshot would miss it.`);
  return body;
}
