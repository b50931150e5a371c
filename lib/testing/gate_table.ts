/**
 * The gate table of DESIGN §5 as data; `gate_cluster.ts` makes a cluster of each of its cells.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import type { Urgency } from "../expansion/preflight.ts";
import { after, HOUR, type Millis, MINUTE } from "../units/millis.ts";
import type { ClusterView, StorageLimits } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import {
  expansionEvent,
  failureEvent,
  gibibytes,
  NOW_MS,
  pod,
  progressOf,
  type SettingsFields,
  volume,
  type VolumeFields,
} from "./builders.ts";

/** `acts`: an expansion is opened; `records`: a dry run of one; `none`: nothing asks to grow; else the hold. */
export type Outcome = "acts" | "records" | "none" | Reason;

/** One gate: what stands in the way, and what comes of it. */
export interface GateRow {
  readonly name: string;
  readonly volume?: VolumeFields;
  readonly settings?: SettingsFields;
  readonly cluster?: (canary: Volume) => Partial<ClusterView>;
  /** For routine, emergency, rescue and manual, in this order. */
  readonly outcomes: readonly [Outcome, Outcome, Outcome, Outcome];
}

/** The columns of the table. */
export const URGENCIES: readonly Urgency[] = ["routine", "emergency", "rescue", "manual"];

/** Too old a sample. */
export const STALE = { kind: "unknown", reason: "StaleSample", message: "10 min old" } as const;
const SHARED = { kind: "unknown", reason: "SharedDisk", message: "500 GiB" } as const;
const EBS = {
  kind: "known",
  name: "gp3",
  provisioner: "ebs.csi.aws.com",
  allowVolumeExpansion: true,
} as const;

const QUOTA = { name: "team", hardBytes: gibibytes(100) } as const;

/** What the namespace and the classes leave. */
function limited(limits: Partial<StorageLimits>): Partial<ClusterView> {
  return {
    storageLimits: { quotas: [], claimSizeLimits: [], classCapacities: [], ...limits },
  };
}

/** Refuses whatever the urgency. */
function always(reason: Outcome): GateRow["outcomes"] {
  return [reason, reason, reason, reason];
}

/** An instant before the present of every view. */
export function minutesAgo(minutes: number): Millis {
  return after(NOW_MS, -minutes * MINUTE);
}

/** So many failed tries, a minute apart, the last one some minutes ago. */
function failures(count: number, lastMinutesAgo: number): (canary: Volume) => Partial<ClusterView> {
  return (canary) => ({
    events: Array.from(
      { length: count },
      (_, index) => failureEvent(canary, minutesAgo(lastMinutesAgo + count - 1 - index)),
    ),
  });
}

/** So many verified changes of the volume within the last day. */
function changes(count: number): (canary: Volume) => Partial<ClusterView> {
  return (canary) => ({
    events: Array.from({ length: count }, (_, index) => {
      const atMs = after(NOW_MS, -(2 + count - index) * HOUR);
      const done = { step: "Verified", requestedAtMs: atMs, finishedAtMs: atMs } as const;
      return expansionEvent([progressOf(canary, done)], {
        name: `change-${index}`,
        createdAtMs: atMs,
        status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
      });
    }),
  });
}

/** The table, row by row. */
export const GATE_TABLE: readonly GateRow[] = [
  { name: "nothing stands in the way", outcomes: always("acts") },
  {
    name: "no policy",
    cluster: () => ({ governance: { kind: "none" } }),
    outcomes: always("NoPolicy"),
  },
  {
    name: "excluded",
    cluster: () => ({ governance: { kind: "excluded", policyName: "default" } }),
    outcomes: always("Excluded"),
  },
  {
    name: "contradictory settings",
    cluster: () => ({
      governance: { kind: "invalid", policyName: "default", message: "warning above emergency" },
    }),
    outcomes: always("PolicyInvalid"),
  },
  { name: "deleting", cluster: () => ({ deleting: true }), outcomes: always("Deleting") },
  { name: "paused", cluster: () => ({ pause: { kind: "paused" } }), outcomes: always("Paused") },
  {
    name: "paused until later",
    cluster: () => ({ pause: { kind: "paused", untilMs: after(NOW_MS, 1) } }),
    outcomes: always("Paused"),
  },
  {
    name: "paused until now",
    cluster: () => ({ pause: { kind: "paused", untilMs: NOW_MS } }),
    outcomes: always("acts"),
  },
  { name: "dry run", settings: { dryRun: true }, outcomes: always("records") },
  {
    name: "expansion disabled",
    settings: { expansion: { enabled: false } },
    outcomes: always("ExpansionDisabled"),
  },
  {
    name: "maxSize reached",
    settings: { expansion: { maxSizeBytes: gibibytes(10) } },
    outcomes: always("MaxSizeReached"),
  },
  {
    name: "factor of the size first seen reached",
    settings: { expansion: { maxSizeBytes: undefined } },
    cluster: () => ({ firstSeenSizes: [{ role: "data", sizeBytes: gibibytes(2.5) }] }),
    outcomes: always("MaxSizeReached"),
  },
  {
    name: "resize in flight by status",
    volume: { claim: { resizeStatus: "ControllerResizeInProgress" } },
    outcomes: always("ResizeInFlight"),
  },
  {
    name: "resize in flight by condition",
    volume: { claim: { resizeConditions: { resizing: true, fileSystemResizePending: false } } },
    outcomes: always("ResizeInFlight"),
  },
  {
    name: "resize left unfinished",
    volume: { claim: { requestBytes: gibibytes(12) } },
    outcomes: always("ResizeInFlight"),
  },
  {
    name: "our own operation on the volume",
    cluster: (canary) => ({
      events: [
        expansionEvent([progressOf(canary, { step: "Requested", requestedAtMs: NOW_MS })]),
      ],
    }),
    outcomes: always("VolumeLocked"),
  },
  {
    name: "cooldown",
    cluster: (canary) => ({
      events: [expansionEvent([progressOf(canary, { step: "Verified" })], {
        status: { phase: "Completed", completedAtMs: minutesAgo(29), writeBack: { state: "done" } },
      })],
    }),
    outcomes: ["CooldownActive", "acts", "acts", "acts"],
  },
  {
    name: "window closed",
    cluster: () => ({ maintenanceWindow: { kind: "closed", opensAtMs: after(NOW_MS, HOUR) } }),
    outcomes: ["WindowClosed", "acts", "acts", "acts"],
  },
  {
    name: "window closed to emergencies, too",
    cluster: () => ({
      maintenanceWindow: {
        kind: "closed",
        opensAtMs: after(NOW_MS, HOUR),
        holdsEmergencies: true,
      },
    }),
    outcomes: ["WindowClosed", "WindowClosed", "acts", "acts"],
  },
  {
    name: "window opens now",
    cluster: () => ({
      maintenanceWindow: { kind: "closed", opensAtMs: NOW_MS, holdsEmergencies: true },
    }),
    outcomes: always("acts"),
  },
  {
    name: "window open",
    cluster: () => ({ maintenanceWindow: { kind: "open", closesAtMs: after(NOW_MS, HOUR) } }),
    outcomes: always("acts"),
  },
  {
    name: "CNPG busy",
    cluster: () => ({ operator: { phase: "", busy: "switchover", diskFull: true } }),
    outcomes: ["OperatorBusy", "acts", "acts", "OperatorBusy"],
  },
  {
    name: "CNPG busy, and routine waits a moment longer",
    cluster: () => ({
      operator: {
        phase: "",
        busy: "switchover",
        diskFull: true,
        routineWaitsUntilMs: after(NOW_MS, 1),
      },
    }),
    outcomes: ["OperatorBusy", "acts", "acts", "OperatorBusy"],
  },
  {
    name: "CNPG busy for as long as routine waits",
    cluster: () => ({
      operator: { phase: "", busy: "switchover", diskFull: true, routineWaitsUntilMs: NOW_MS },
    }),
    outcomes: ["acts", "acts", "acts", "OperatorBusy"],
  },
  {
    name: "provider budget spent",
    volume: { storageClass: EBS },
    cluster: changes(4),
    outcomes: always("ProviderBudgetSpent"),
  },
  {
    name: "one token of the provider's budget left",
    volume: { storageClass: EBS },
    cluster: changes(3),
    outcomes: always("acts"),
  },
  {
    name: "breaker open",
    cluster: failures(3, 31),
    outcomes: ["BreakerOpen", "BreakerOpen", "acts", "acts"],
  },
  {
    name: "breaker open, the rescue's one try has failed",
    cluster: failures(4, 31),
    outcomes: ["BreakerOpen", "BreakerOpen", "BreakerOpen", "acts"],
  },
  {
    name: "shared breaker open",
    settings: { circuitBreaker: { scope: "global" } },
    cluster: () => ({ sharedFailures: { count: 3, lastAtMs: minutesAgo(31) } }),
    outcomes: ["BreakerOpen", "BreakerOpen", "acts", "acts"],
  },
  {
    name: "shared breaker open, the rescue's one try has failed",
    settings: { circuitBreaker: { scope: "global" } },
    cluster: (canary) => ({
      sharedFailures: { count: 4, lastAtMs: minutesAgo(31) },
      ...failures(1, 31)(canary),
    }),
    outcomes: ["BreakerOpen", "BreakerOpen", "BreakerOpen", "acts"],
  },
  {
    name: "shared breaker open, the volume's own half-open",
    settings: { circuitBreaker: { scope: "global" } },
    cluster: (canary) => ({
      sharedFailures: { count: 4, lastAtMs: minutesAgo(31) },
      ...failures(3, 60)(canary),
    }),
    outcomes: ["BreakerOpen", "BreakerOpen", "acts", "acts"],
  },
  {
    name: "shared breaker half-open",
    settings: { circuitBreaker: { scope: "global" } },
    cluster: () => ({ sharedFailures: { count: 4, lastAtMs: minutesAgo(60) } }),
    outcomes: always("acts"),
  },
  {
    name: "failures elsewhere, where each cluster has a breaker of its own",
    cluster: () => ({ sharedFailures: { count: 3, lastAtMs: minutesAgo(31) } }),
    outcomes: always("acts"),
  },
  { name: "breaker half-open", cluster: failures(4, 60), outcomes: always("acts") },
  {
    name: "a failure a moment ago",
    cluster: failures(1, 0.5),
    outcomes: ["RetryBackoff", "RetryBackoff", "RetryBackoff", "acts"],
  },
  {
    name: "a failure a moment ago, and the shared breaker open",
    settings: { circuitBreaker: { scope: "global" } },
    cluster: (canary) => ({
      sharedFailures: { count: 3, lastAtMs: minutesAgo(31) },
      ...failures(1, 0.5)(canary),
    }),
    outcomes: ["BreakerOpen", "BreakerOpen", "BreakerOpen", "acts"],
  },
  {
    name: "breaker of a sibling open",
    cluster: () => failures(3, 31)(volume({ instance: "orders-2" })),
    outcomes: always("acts"),
  },
  {
    name: "sample unknown",
    volume: { fileSystem: STALE },
    outcomes: ["none", "none", "acts", "acts"],
  },
  {
    name: "sibling stuck",
    cluster: () => ({
      events: [expansionEvent(
        [progressOf(volume({ instance: "orders-2" }), {
          step: "Requested",
          requestedAtMs: NOW_MS,
        })],
        { createdAtMs: minutesAgo(31) },
      )],
    }),
    outcomes: always("acts"),
  },
  {
    name: "claim not bound",
    volume: { claim: { phase: "Lost" } },
    outcomes: always("ClaimNotBound"),
  },
  {
    name: "claim being deleted",
    volume: { claim: { deleting: true } },
    outcomes: always("ClaimDeleting"),
  },
  {
    name: "raw block volume",
    volume: { claim: { volumeMode: "Block" } },
    outcomes: always("BlockVolume"),
  },
  {
    name: "class unknown",
    volume: { storageClass: { kind: "unknown" } },
    outcomes: always("StorageClassUnknown"),
  },
  {
    name: "class fixed",
    volume: { storageClass: { ...EBS, allowVolumeExpansion: false } },
    outcomes: always("StorageClassFixed"),
  },
  {
    name: "driver offline only",
    volume: { storageClass: { ...EBS, provisioner: "rancher.io/local-path" } },
    outcomes: always("DriverOfflineOnly"),
  },
  {
    name: "shared disk",
    volume: { fileSystem: SHARED },
    outcomes: ["none", "none", "SharedDisk", "SharedDisk"],
  },
  {
    name: "no running pod",
    volume: { pod: pod({ running: false }) },
    outcomes: always("NoRunningPod"),
  },
  {
    name: "a quota leaves room for one volume and not for all",
    cluster: () => limited({ quotas: [{ ...QUOTA, usedBytes: gibibytes(94) }] }),
    outcomes: ["QuotaExceeded", "acts", "acts", "QuotaExceeded"],
  },
  {
    name: "a quota leaves too little for one volume",
    cluster: () => limited({ quotas: [{ ...QUOTA, usedBytes: gibibytes(96) }] }),
    outcomes: always("QuotaExceeded"),
  },
  {
    name: "a quota of another class leaves nothing",
    cluster: () =>
      limited({ quotas: [{ ...QUOTA, storageClass: "slow", usedBytes: gibibytes(100) }] }),
    outcomes: always("acts"),
  },
  {
    name: "a LimitRange allows no larger claim",
    cluster: () => limited({ claimSizeLimits: [{ name: "sizes", maxBytes: gibibytes(10) }] }),
    outcomes: always("LimitRangeExceeded"),
  },
  {
    name: "a LimitRange allows some growth, and less than a user asks for",
    cluster: () => limited({ claimSizeLimits: [{ name: "sizes", maxBytes: gibibytes(12) }] }),
    outcomes: ["acts", "acts", "acts", "LimitRangeExceeded"],
  },
  {
    name: "no storage of the class has enough left",
    cluster: () =>
      limited({ classCapacities: [{ storageClass: "fast", availableBytes: gibibytes(4) }] }),
    outcomes: always("ClassCapacityShort"),
  },
  {
    name: "the storage of another class has nothing left",
    cluster: () =>
      limited({ classCapacities: [{ storageClass: "slow", availableBytes: gibibytes(0) }] }),
    outcomes: always("acts"),
  },
  {
    name: "an attached disk cannot grow past its size",
    volume: {
      claim: { capacityBytes: gibibytes(4_095), requestBytes: gibibytes(4_095) },
      storageClass: { ...EBS, provisioner: "disk.csi.azure.com" },
    },
    settings: { expansion: { maxSizeBytes: gibibytes(9_000) } },
    cluster: (canary) => ({
      volumes: [canary],
      declaredSizes: [{ role: "data", field: "size", sizeBytes: gibibytes(4_095) }],
    }),
    // What the user asks for is below the present size.
    outcomes: ["DetachNeeded", "DetachNeeded", "DetachNeeded", "RequestNotAbove"],
  },
];
