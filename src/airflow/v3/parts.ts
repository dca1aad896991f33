import type { Part } from '../api.ts';

export const parts: readonly Part[] = [
  { name: 'api-server', command: ['api-server', '--proxy-headers'], serves: true, usesKubernetes: true },
  { name: 'scheduler', command: ['scheduler', '--skip-serve-logs'], usesKubernetes: true },
  { name: 'dag-processor', command: ['dag-processor'], importsDags: true },
  { name: 'triggerer', command: ['triggerer', '--skip-serve-logs'], usesKubernetes: true },
];
