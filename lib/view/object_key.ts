/**
 * Keys of namespaced objects, in caches and queues.
 *
 * @module
 */

/** What identifies an object among those of its kind. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** `NAMESPACE/NAME`. */
export function objectKey({ namespace, name }: NamespacedName): string {
  return `${namespace}/${name}`;
}

/** What {@link objectKey} was made of. Neither part can contain a slash; a key without one is a name alone. */
export function parseObjectKey(key: string): NamespacedName {
  const separator = key.indexOf("/");
  return { namespace: key.slice(0, Math.max(separator, 0)), name: key.slice(separator + 1) };
}
