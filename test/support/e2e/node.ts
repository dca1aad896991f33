import { images } from '../../../demo/manifests.ts';
import { down, status, up } from '../../../sandbox/api.ts';
import { holdingTheNode } from './stage-lock.ts';

const name = 'node';
const log = (line: string): void => console.log(line);

/** Keeps one node up from the tier's first file to its last, and takes it down unless it was up before. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.OFFSHOOT_TIER !== 'e2e') return undefined;
  return holdingTheNode('setting up the end-to-end tests', async () => {
    const [found] = await status({ name });
    if (found !== undefined && found.wrong === undefined) return undefined;
    try {
      const sandbox = await up({ size: 'node', log });
      await sandbox.addImages(Object.values(images));
    } catch (error) {
      await down({ name });
      throw error;
    }
    return () => holdingTheNode('ending the end-to-end tests', () => down({ name }));
  });
}
