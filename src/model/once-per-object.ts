/**
 * `read`, done once per object: what a cache holds is frozen, and looked at again and again. An object that may still change is read
 * each time.
 */
export function oncePerObject<T extends object, R>(read: (object: T) => R): (object: T) => R {
  const known = new WeakMap<T, { result: R }>();
  return (object) => {
    if (!Object.isFrozen(object)) return read(object);
    const entry = known.get(object) ?? { result: read(object) };
    known.set(object, entry);
    return entry.result;
  };
}
