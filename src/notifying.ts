import type { Preview } from './model/preview.ts';
export function startNotifier(_parts: object) {
  return { farewell: async (_preview: Preview) => {}, stop: async () => {} };
}
