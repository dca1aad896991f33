import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Commit } from '../../../demo/dag-clone.ts';
import type { World } from '../../../demo/world.ts';

const DAGS = join(import.meta.dirname, 'dags');

export interface Contents {
  /** DAGs of `test/support/e2e/dags` that this commit adds, by name. */
  readonly dags?: readonly string[];
  /** Files that this commit writes, by path; undefined removes the file or folder. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

/** A new branch off main in the clone that greets in its own way, with what else it is to hold; nothing is pushed yet. */
export async function newBranch({ clone }: World, branch: string, contents: Contents = {}): Promise<Commit> {
  const greeting = await clone.branch(branch);
  return Object.keys(contents).length === 0 ? greeting : commit(clone, `Begin ${branch}`, contents);
}

/** A further commit on a branch of the clone. */
export async function nextCommit({ clone }: World, branch: string, contents: Contents): Promise<Commit> {
  await clone.git('switch', '--quiet', branch);
  return commit(clone, `Go on with ${branch}`, contents);
}

async function commit(
  clone: World['clone'],
  message: string,
  { dags = [], files = {} }: Contents,
): Promise<Commit> {
  for (const dag of dags) await cp(join(DAGS, `${dag}.py`), join(clone.folder, 'dags', `${dag}.py`));
  for (const [path, text] of Object.entries(files)) {
    const file = join(clone.folder, path);
    if (text === undefined) await rm(file, { recursive: true });
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
  return clone.commit(message);
}

/** A DAG that differs from others by its name alone. */
export function aDag(id: string): Record<string, string> {
  const source = `from airflow.sdk import dag, task


@dag(schedule=None)
def ${id}():
    @task
    def say() -> None:
        print("${id}")

    say()


${id}()
`;
  return { [`dags/${id}.py`]: source };
}
