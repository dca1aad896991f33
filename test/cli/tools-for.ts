import { aCluster } from '../support/memory-cluster.ts';
import type { Tools } from '../../src/cli/api.ts';
import type { KubeObject } from '../../src/model/object.ts';

/** What commands work with, over a cluster in memory that holds these objects. */
export const toolsFor = (objects: KubeObject[], more: Partial<Tools> = {}) =>
  ({
    withCluster: (use) =>
      use({ cluster: aCluster(objects).cluster, server: 'https://api.example.com', context: 'prod' }),
    tell: () => undefined,
    browse: async () => false,
    ...more,
  }) as Tools;
