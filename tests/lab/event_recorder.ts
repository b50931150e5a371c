/**
 * Events on claims, as the components that grow volumes write them.
 *
 * @module
 */

import { type KubeApi, type Resource } from "../../kube/api.ts";
import { type ClaimView } from "./claim.ts";

/** Events in the core group, the shape in which external-resizer and kubelet write them. */
export const CORE_EVENT: Resource = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
};

/** Who reports. */
export type EventComponent = "external-resizer" | "kubelet";

/** Writes one event about a claim. */
export async function recordClaimEvent(
  api: KubeApi,
  component: EventComponent,
  claim: ClaimView,
  event: {
    readonly type: "Normal" | "Warning";
    readonly reason: string;
    readonly message: string;
  },
): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const { namespace, name, uid } = claim;
  await api.create(CORE_EVENT, {
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace, generateName: `${name}.` },
    involvedObject: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
    ...event,
    source: { component },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  }, { namespace });
}
