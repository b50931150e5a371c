/**
 * Objects of one namespace as the API server holds them: a cluster that grows, one that waits, one that is
 * paused, and one that nobody measured.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { millis } from "../../lib/units/millis.ts";

/** The present of the samples. */
export const NOW_MS = millis(Date.UTC(2026, 10, 22, 12, 0, 0));

/** Namespace of the samples. */
export const NAMESPACE = "database";

/** An instant before {@link NOW_MS}. */
export function ago(seconds: number): string {
  return new Date(NOW_MS - seconds * 1_000).toISOString().replace(".000Z", "Z");
}

/** A volume as it stands in a ClusterStorage. */
export function volume(
  instance: string,
  role: string,
  percent: number,
  level: string,
  more: JsonObject = {},
): JsonObject {
  const size = 10 * 1024 ** 3;
  const used = Math.floor(size * percent / 100);
  return {
    instance,
    role,
    claim: role === "data" ? instance : `${instance}-${role}`,
    requested: "10Gi",
    capacity: "10Gi",
    used: String(used),
    available: String(size - used),
    usedPercent: percent,
    pressurePercent: percent,
    level,
    source: "agent",
    lastSampleTime: ago(12),
    ...more,
  };
}

/** A condition of a ClusterStorage. */
export function condition(
  type: string,
  status: string,
  reason: string,
  message: string,
): JsonObject {
  return { type, status, reason, message, lastTransitionTime: ago(7_200) };
}

const CALM: readonly JsonObject[] = [
  condition("Managed", "True", "PolicyApplied", "Managed by StoragePolicy production"),
  condition("Blind", "False", "AllVolumesKnown", "2 volumes are measured"),
  condition("Expanding", "False", "Settled", "No expansion is under way"),
  condition("NotExpandable", "False", "Expandable", "Every volume may grow"),
  condition("LimitReached", "False", "BelowMaxSize", "No volume is at its limit"),
  condition("CircuitBreakerOpen", "False", "BreakerClosed", "No breaker is open"),
];

/** The six conditions, some of them replaced. */
export function conditions(...replaced: readonly JsonObject[]): JsonObject[] {
  return CALM.map((calm) => replaced.find((other) => other["type"] === calm["type"]) ?? calm);
}

/** A ClusterStorage. */
export function clusterStorage(
  name: string,
  status: JsonObject,
  namespace = NAMESPACE,
): JsonObject {
  return {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "ClusterStorage",
    metadata: {
      name,
      namespace,
      uid: `storage-${name}`,
      resourceVersion: "1",
      ownerReferences: [{ kind: "Cluster", name, uid: `cluster-${name}` }],
    },
    status,
  };
}

/** A cluster whose first volume grows while the second waits its turn. */
export const GROWING = clusterStorage("orders", {
  policy: { name: "production", dryRun: false },
  level: "expansion",
  pressurePercent: 86,
  volumes: [
    volume("orders-1", "data", 86, "expansion", {
      timeToFull: "41m",
      timeToFullConfidence: "medium",
      growthBytesPerHour: 3_435_973_837,
      requested: "20Gi",
      reason: "AboveExpansion",
      message: "Pressure 86 % is at or above 85 %",
    }),
    volume("orders-2", "data", 61, "ok", { reason: "Healthy", message: "Below its thresholds" }),
  ],
  conditions: conditions(
    condition(
      "Expanding",
      "True",
      "ExpansionStarted",
      "StorageEvent orders-expansion-20261122-115500",
    ),
  ),
  nextAction: "Asks for 20 GiB on PVC orders-1",
  lastUpdated: ago(120),
});

/** A cluster that has to grow and may not yet. */
export const WAITING = clusterStorage("billing", {
  policy: { name: "production", dryRun: false },
  level: "emergency",
  pressurePercent: 96,
  volumes: [volume("billing-1", "wal", 96, "emergency")],
  conditions: conditions(
    condition("CircuitBreakerOpen", "False", "BreakerClosed", "No breaker is open"),
    condition("LimitReached", "True", "MaxSizeReached", "billing-1/wal: 10 GiB is the maxSize"),
  ),
  nextAction: "billing-1/wal may not grow: The volume has the policy's maxSize (MaxSizeReached)",
  lastUpdated: ago(40),
});

/** A cluster that somebody has paused. */
export const PAUSED = clusterStorage("legacy", {
  policy: { name: "production", dryRun: false },
  level: "warning",
  pressurePercent: 72,
  volumes: [volume("legacy-1", "data", 72, "warning")],
  conditions: conditions(
    condition("Managed", "False", "Paused", "Paused by annotation: upgrade"),
  ),
  nextAction: "Nothing is to be done",
  lastUpdated: ago(86_400),
});

/** A cluster that no agent measures. */
export const BLIND = clusterStorage("dark", {
  policy: null,
  level: "unknown",
  pressurePercent: null,
  volumes: [{
    instance: "dark-1",
    role: "data",
    claim: "dark-1",
    requested: "5Gi",
    capacity: "5Gi",
    level: "unknown",
    reason: "NoSample",
    message: "Nothing has measured it",
  }],
  conditions: conditions(
    condition("Managed", "False", "NoPolicy", "No StoragePolicy selects the cluster"),
    condition("Blind", "True", "SomeVolumesUnknown", "dark-1/data (NoSample)"),
  ),
  nextAction: "Waits for a measurement of dark-1/data",
  lastUpdated: ago(3_700),
});

/** A cluster about which there is nothing to say. */
export const HEALTHY = clusterStorage("calm", {
  policy: { name: "production", dryRun: false },
  level: "ok",
  pressurePercent: 20,
  volumes: [volume("calm-1", "data", 20, "ok")],
  conditions: conditions(),
  nextAction: "Nothing is to be done",
  lastUpdated: ago(500_000),
});

/** The operation of {@link GROWING}. */
export const OPEN_EVENT: JsonObject = {
  metadata: eventMetadata("orders-expansion-20261122-115500", 300),
  spec: {
    clusterRef: { name: "orders", namespace: NAMESPACE },
    eventType: "expansion",
    trigger: "threshold-breach",
    dryRun: false,
    role: "data",
    reason: "AboveExpansion",
    message: "Pressure 86 % is at or above 85 %",
    expansion: {
      originalSize: "10Gi",
      requestedSize: "20Gi",
      limit: "100Gi",
      canary: "orders-1",
      writeBack: "cluster",
      parallelism: 1,
      affectedPVCs: [claim("orders-1"), claim("orders-2")],
    },
  },
  status: {
    phase: "InProgress",
    startTime: ago(300),
    pvcStatuses: [
      { ...claim("orders-1"), phase: "InProgress", step: "Requested", requestedTime: ago(240) },
      { ...claim("orders-2"), phase: "Pending", step: "Queued" },
    ],
    writeBack: { state: "pending" },
  },
};

/** A record of something that was over long ago. */
export const PAST_EVENT: JsonObject = {
  metadata: eventMetadata("orders-circuit-breaker-20261121-115500", 86_700),
  spec: {
    clusterRef: { name: "orders", namespace: NAMESPACE },
    eventType: "circuit-breaker",
    trigger: "manual",
    reason: "BreakerReset",
    message: "A user reset the circuit breaker",
  },
};

/** The policy that governs the samples. */
export const POLICY: JsonObject = policy("production", {
  selector: { matchLabels: { tier: "production" } },
  thresholds: { expansion: 85 },
  expansion: { maxSize: "100Gi" },
});

/** The default of their namespace. */
export const DEFAULT_POLICY: JsonObject = policy("namespace-default", {
  thresholds: { warning: 60, expansion: 80 },
});

/** The Cluster behind a ClusterStorage. */
export function cluster(name: string, annotations: Record<string, string> = {}): JsonObject {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: { name, namespace: NAMESPACE, uid: `cluster-${name}`, annotations },
  };
}

/** Every sample with its path at the API server. */
export function sampleObjects(): ReadonlyMap<string, JsonObject> {
  const storages = [GROWING, WAITING, PAUSED, BLIND, HEALTHY];
  return new Map([
    ...storages.map((object) => [productPath("clusterstorages", object), object] as const),
    ...[OPEN_EVENT, PAST_EVENT].map((object) =>
      [productPath("storageevents", object), object] as const
    ),
    ...[POLICY, DEFAULT_POLICY].map((object) =>
      [productPath("storagepolicies", object), object] as const
    ),
    ...[cluster("orders"), cluster("legacy", PAUSE), cluster("new")].map((object) =>
      [clusterPath(object), object] as const
    ),
  ]);
}

const PAUSE = {
  "storage.cnpg.supporttools.io/paused": "true",
  "storage.cnpg.supporttools.io/pause-reason": "upgrade",
};

/** Path of an object of ours. */
export function productPath(plural: string, object: JsonObject): string {
  return path("cnpg.supporttools.io/v1alpha1", plural, object);
}

/** Path of a Cluster. */
export function clusterPath(object: JsonObject): string {
  return path("postgresql.cnpg.io/v1", "clusters", object);
}

function path(groupVersion: string, plural: string, { metadata }: JsonObject): string {
  const { name, namespace } = Object(metadata);
  return `/apis/${groupVersion}/namespaces/${namespace}/${plural}/${name}`;
}

function eventMetadata(name: string, ageSeconds: number): JsonObject {
  return {
    name,
    namespace: NAMESPACE,
    uid: `event-${name}`,
    resourceVersion: "1",
    creationTimestamp: ago(ageSeconds),
    ownerReferences: [{ kind: "Cluster", name: "orders", uid: "cluster-orders" }],
  };
}

function claim(name: string): JsonObject {
  return { name, uid: `claim-${name}`, instance: name, originalSize: "10Gi" };
}

function policy(name: string, spec: JsonObject): JsonObject {
  const creationTimestamp = ago(900_000);
  return {
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `policy-${name}`,
      resourceVersion: "1",
      creationTimestamp,
    },
    spec,
  };
}
