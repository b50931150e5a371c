/**
 * Reads everything about one cluster, with the rights of the user.
 *
 * Only the ClusterStorage is needed. What else may not be read is told and left out.
 *
 * @module
 */

import * as z from "zod";

import type { CallOptions, KubeApi } from "../../kube/api.ts";
import {
  type ClusterStorage,
  parseClusterStorage,
} from "../../lib/cluster_storage/cluster_storage.ts";
import type { Event } from "../../lib/event/event.ts";
import { parseStorageEvent } from "../../lib/event/parse_storage_event.ts";
import { CLUSTER_LABEL, storageEventLabels } from "../../lib/event/storage_event_name.ts";
import type { NamedSpec } from "../../lib/policy/resolve.ts";
import { isNamespaceDefault } from "../../lib/policy/select.ts";
import { parseStoragePolicy } from "../../lib/policy/storage_policy.ts";
import { ReadFailure, reading } from "./read_failure.ts";
import { readAll } from "./read_list.ts";
import type { ClusterReport, PolicySources, Reading } from "./report.ts";
import { CLUSTER_STORAGES, CLUSTERS, STORAGE_EVENTS, STORAGE_POLICIES } from "./resources.ts";

/** A reader of the API server. */
export type Reader = Pick<KubeApi, "get" | "list">;

/** Which cluster is meant. */
export interface ClusterName {
  readonly namespace: string;
  readonly name: string;
}

const clusterSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
});

/**
 * Reads the report of a cluster.
 *
 * @throws {ReadFailure} If its ClusterStorage cannot be read.
 */
export async function readCluster(
  api: Reader,
  cluster: ClusterName,
  options: CallOptions,
): Promise<ClusterReport> {
  const storage = await readStorage(api, cluster, options);
  const [events, policies, annotations] = await Promise.all([
    attempted(() => readEvents(api, storage, options)),
    attempted(() => readPolicies(api, storage, options)),
    attempted(() => readAnnotations(api, cluster, options)),
  ]);
  return { storage, events, policies, annotations };
}

async function readStorage(
  api: Reader,
  cluster: ClusterName,
  options: CallOptions,
): Promise<ClusterStorage> {
  const target = { verb: "get", resource: CLUSTER_STORAGES, ...cluster } as const;
  const object = await reading(target, () => api.get(CLUSTER_STORAGES, cluster, options));
  const parsed = parseClusterStorage(object);
  if (parsed.kind === "invalid") throw new TypeError(parsed.message);
  return parsed.clusterStorage;
}

/** An event of a Cluster that was deleted and made anew under its name is no event of this one. */
async function readEvents(
  api: Reader,
  { namespace, name, clusterUid }: ClusterStorage,
  options: CallOptions,
): Promise<Event[]> {
  const value = storageEventLabels(name, "expansion")[CLUSTER_LABEL];
  const scope = { namespace, labelSelector: `${CLUSTER_LABEL}=${value}` };
  const objects = await readAll(api, STORAGE_EVENTS, scope, options);
  const parsed = objects.map(parseStorageEvent);
  const invalid = parsed.find((one) => one.kind === "invalid");
  if (invalid?.kind === "invalid") throw new TypeError(invalid.message);
  return parsed
    .flatMap((one) => one.kind === "event" ? [one] : [])
    .filter(({ cluster }) =>
      cluster.name === name && cluster.namespace === namespace &&
      (cluster.uid === undefined || clusterUid === undefined || cluster.uid === clusterUid)
    )
    .map(({ event }) => event)
    .sort((first, second) => second.createdAtMs - first.createdAtMs);
}

async function readPolicies(
  api: Reader,
  { namespace, status }: ClusterStorage,
  options: CallOptions,
): Promise<PolicySources | undefined> {
  const name = status.policy?.name;
  if (name === undefined) return undefined;
  const objects = await readAll(api, STORAGE_POLICIES, { namespace }, options);
  const policies = objects.map(parseStoragePolicy)
    .flatMap((parsed) => parsed.kind === "policy" ? [parsed.policy] : []);
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new TypeError(`StoragePolicy ${name} is gone or unreadable`);
  const fallback = policies.find(isNamespaceDefault);
  const problem = policy.unreadable ?? fallback?.unreadable;
  if (problem !== undefined) throw new TypeError(problem);
  return { policy: named(policy), namespaceDefault: fallback && named(fallback) };
}

function named({ name, spec }: NamedSpec): NamedSpec {
  return { name, spec };
}

async function readAnnotations(
  api: Reader,
  cluster: ClusterName,
  options: CallOptions,
): Promise<Record<string, string>> {
  const target = { verb: "get", resource: CLUSTERS, ...cluster } as const;
  const object = await reading(target, () => api.get(CLUSTERS, cluster, options));
  return clusterSchema.parse(object).metadata.annotations ?? {};
}

/** Refusals and odd objects leave a part out; a server that is gone leaves nothing to say. */
async function attempted<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: "read", value: await read() };
  } catch (error) {
    if (error instanceof ReadFailure || error instanceof TypeError) {
      return { kind: "unread", message: error.message };
    }
    throw error;
  }
}
