/** What many need written goes the same way as what deliveries write, and must not fill it. */
const AT_ONCE = 4;

/** Does `work` for each by itself, a few at a time: one that fails keeps no other from its turn. Gives what was thrown. */
export async function each<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<unknown[]> {
  const turns = [...items][Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of turns) await work(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failures;
}
