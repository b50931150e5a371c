/**
 * What carrying out a plan needs from the outside.
 *
 * @module
 */

import type { JsonObject, KubeApi, Resource } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import type { Logger } from "../../kube/logger.ts";
import type { ClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Event, Severity } from "../../lib/event/event.ts";
import type { Claim } from "../../lib/view/volume.ts";
import type { Announcement } from "./announce.ts";
import type { FailureKind } from "./failure.ts";

/** Calls of the API server that change something, and the reads that check before. No replacing, no watching. */
export type WritingApi = Pick<KubeApi, "get" | "list" | "create" | "patch" | "delete">;

/** What a size request is checked against. */
export type ClaimFacts = Pick<
  Claim,
  | "name"
  | "uid"
  | "resourceVersion"
  | "deleting"
  | "requestBytes"
  | "capacityBytes"
  | "resizeStatus"
>;

/** The newest state in memory: the caches with everything that was folded in since. Never waits. */
export interface Latest {
  claim(namespace: string, name: string): ClaimFacts | undefined;
  /** Our annotations of a Cluster. */
  annotations(namespace: string, clusterName: string): Readonly<Record<string, string>> | undefined;
  /** StorageEvents of a Cluster. */
  events(namespace: string, clusterName: string): readonly Event[];
  /** The ClusterStorage of a Cluster, by the Cluster's key `NAMESPACE/NAME`. */
  clusterStorage(key: string): ClusterStorage | undefined;
}

/** Takes what the API server answered to a write, before the watch brings it back (DESIGN §3). */
export type Fold = (resource: Resource, object: JsonObject) => void;

/** Counts what was done; the implementation decides which metrics that makes. A call never throws. */
export interface ActMetrics {
  failed(cluster: ActingOn, kind: FailureKind): void;
  expansionEnded(cluster: ActingOn, ended: ExpansionEnd): void;
  /** An alert was said in a Kubernetes Event. */
  alertSent(cluster: ActingOn, severity: Severity): void;
  /** An alert was not said on purpose. */
  alertSuppressed(cluster: ActingOn, why: SuppressedBecause): void;
}

/**
 * Why an alert is not said: its volume is being helped, or it has been said and came back before it was over
 * (`reason` of `alerts_suppressed_total`).
 */
export type SuppressedBecause = "remediation" | "repeated";

/** The Cluster that something was done to. */
export interface ActingOn {
  readonly namespace: string;
  readonly cluster: string;
}

/** An expansion that has just ended. */
export interface ExpansionEnd {
  /** One that reached only some of its volumes is a failure. */
  readonly result: "success" | "failure";
  /** Volumes that the circuit breaker counts as failed: those that failed by themselves. */
  readonly failures: number;
  /** Capacity that was added, over all volumes; 0 if none was. */
  readonly addedBytes: number;
  /** From the first request to the record of the end. */
  readonly durationMs: number;
}

/** Tells people through Kubernetes Events. A call never throws and never waits. */
export type Announce = (announcement: Announcement) => void;

/** Everything that the verbs share. */
export interface ActDependencies {
  readonly api: WritingApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly latest: Latest;
  readonly fold: Fold;
  readonly metrics: ActMetrics;
  readonly announce: Announce;
  /** Whether this process still leads, asked right before every write (`kubernetes.md` A6). */
  readonly mayWrite: () => boolean;
}
