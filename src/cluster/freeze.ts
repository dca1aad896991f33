/** Freezes parsed JSON through and through. A loop, not a recursion: the API accepts objects nested thousands deep. */
export function deepFreeze<T>(root: T): T {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) continue;
    Object.freeze(value);
    for (const inner of Object.values(value)) waiting.push(inner);
  }
  return root;
}
