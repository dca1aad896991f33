import { test } from 'vitest';
import { aClusterForAll } from '../support/product/cluster.ts';
import { contract, NAMESPACE } from './contract.ts';

const real = aClusterForAll('contract', [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
]);

test.for(Object.entries(contract))('%s', ([, holds]) => holds(real().admin));
