/**
 * Which server a pod's `postgres` container runs.
 *
 * @module
 */

import type { Postgres } from "../postgres/postgres.ts";

/** Names a pod. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** The servers, by their pods. A server outlives its pod: it is what lies on the pod's volumes. */
export interface PodServers {
  set(pod: PodName, postgres: Postgres): void;
  find(pod: PodName): Postgres | undefined;
  remove(pod: PodName): void;
}

/** Creates an empty book. */
export function createPodServers(): PodServers {
  const servers = new Map<string, Postgres>();
  return {
    set: (pod, postgres) => void servers.set(keyOf(pod), postgres),
    find: (pod) => servers.get(keyOf(pod)),
    remove: (pod) => void servers.delete(keyOf(pod)),
  };
}

function keyOf({ namespace, name }: PodName): string {
  return `${namespace}/${name}`;
}
