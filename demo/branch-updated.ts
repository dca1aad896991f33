import type { ReadyBranch } from './branch-ready.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Pushes a second commit that adds a DAG; gives the seconds until the branch's Airflow lists it with that source. */
export async function branchUpdated(
  world: World,
  { branch, airflow }: ReadyBranch,
  limitSeconds: number,
): Promise<number> {
  const { steps, narrator, clone } = world;
  const commit = await clone.addDag(branch);
  const began = performance.now();
  narrator.pushing(branch, began);
  return steps.step(`${branch}: a second commit arrives`, limitSeconds, async (signal) => {
    await clone.push(branch);
    await until('the new DAG to be listed', () => airflow.shows(commit.sources), { signal });
    return (performance.now() - began) / 1000;
  });
}
