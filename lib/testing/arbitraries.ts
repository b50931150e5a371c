/**
 * Arbitrary views: everything that the types allow, sensible or not.
 *
 * @module
 */

import fc from "fast-check";

import type { Event, VolumeProgress } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import { type Millis, millis } from "../units/millis.ts";
import { percent } from "../units/percent.ts";
import type { ClusterView, Governance, StorageLimits } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import type { FileSystemSample, Volume, WalHeadroom } from "../view/volume.ts";
import { expansionEvent, NOW_MS, policy, view, volume } from "./builders.ts";

/** Sizes, with the ends of the range among them. */
export const size: fc.Arbitrary<Bytes> = fc.oneof(
  fc.constantFrom(0, 1, 8192, 2 ** 24, 2 ** 30, 10 * 2 ** 30, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 64 * 2 ** 30 }),
).map((value) => bytes(value));

/** Instants: around the present, and the ends of what a date can be. */
export const instant: fc.Arbitrary<Millis> = fc.oneof(
  fc.integer({ min: -10_000_000, max: 10_000_000 }).map((offset) => millis(NOW_MS + offset)),
  fc.constantFrom(millis(0), millis(253_402_300_799_000)),
);

const optionalInstant = fc.option(instant, { nil: undefined });
const name = fc.constantFrom("orders-1", "orders-2", "");
const role: fc.Arbitrary<Role> = fc.constantFrom("data", "wal", "tbs:archive");
const reason: fc.Arbitrary<Reason> = fc.constantFrom(
  "StaleSample",
  "SharedDisk",
  "ResizeInfeasible",
  "ResizeRefused",
  "ControllerDeadline",
  "ClaimVanished",
);

/** File systems whose numbers need not fit each other. */
export const fileSystemSample: fc.Arbitrary<FileSystemSample> = fc.record({
  totalBytes: size,
  usedBytes: size,
  availableBytes: size,
  inodes: fc.option(fc.record({ total: fc.maxSafeNat(), available: fc.maxSafeNat() }), {
    nil: undefined,
  }),
  deviceBytes: size,
});

/** Headroom in pg_wal, or none known. */
export const walHeadroom: fc.Arbitrary<WalHeadroom> = fc.oneof(
  fc.constant({ kind: "unknown" } as const),
  fc.record({ kind: fc.constant("known" as const), leastBytes: size, mostBytes: size }),
);

const fileSystem: fc.Arbitrary<Volume["fileSystem"]> = fc.oneof(
  fc.record({ kind: fc.constant("unknown" as const), reason, message: fc.string() }),
  fc.record({
    kind: fc.constant("known" as const),
    value: fileSystemSample,
    source: fc.constantFrom("agent", "kubelet", "prometheus"),
    observedAtMs: instant,
  }),
);

const claim: fc.Arbitrary<Volume["claim"]> = fc.record({
  name,
  uid: name,
  resourceVersion: fc.string(),
  phase: fc.constantFrom("Bound", "Pending", "Lost", "Unknown"),
  deleting: fc.boolean(),
  volumeMode: fc.constantFrom("Filesystem", "Filesystem", "Block"),
  requestBytes: size,
  capacityBytes: fc.option(size, { nil: undefined }),
  resizeStatus: fc.constantFrom(
    "none",
    "none",
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizePending",
    "NodeResizeInfeasible",
    "other",
  ),
  resizeConditions: fc.record({
    resizing: fc.boolean(),
    fileSystemResizePending: fc.boolean(),
    controllerError: fc.option(fc.string(), { nil: undefined }),
  }),
  otherGrower: fc.option(
    fc.record({ kind: fc.constantFrom("pvc-autoresizer", "trident"), sign: fc.string() }),
    { nil: undefined },
  ),
});

/** Of the classes that volumes have, and of others. */
const className = fc.constantFrom("fast", "gp3", "other");

const storageLimits: fc.Arbitrary<StorageLimits> = fc.record({
  quotas: fc.array(
    fc.record({
      name,
      storageClass: fc.option(className, { nil: undefined }),
      hardBytes: size,
      usedBytes: size,
    }),
    { maxLength: 2 },
  ),
  claimSizeLimits: fc.array(fc.record({ name, maxBytes: size }), { maxLength: 2 }),
  classCapacities: fc.array(fc.record({ storageClass: className, availableBytes: size }), {
    maxLength: 2,
  }),
});

const anyVolume: fc.Arbitrary<Volume> = fc.record({
  instance: name,
  role,
  holdsWal: fc.boolean(),
  claim,
  storageClass: fc.constantFrom(
    volume().storageClass,
    { kind: "unknown" },
    {
      kind: "known",
      name: "gp3",
      provisioner: "ebs.csi.aws.com",
      allowVolumeExpansion: true,
    },
  ),
  pod: fc.option(
    fc.record({
      name,
      uid: name,
      running: fc.boolean(),
      postgresExit: fc.option(
        fc.record({ code: fc.constantFrom(0, 4), atMs: instant }),
        { nil: undefined },
      ),
    }),
    { nil: undefined },
  ),
  fileSystem,
  walHeadroom,
});

const progress: fc.Arbitrary<VolumeProgress> = fc.record({
  claimName: name,
  claimUid: name,
  instance: name,
  step: fc.constantFrom("Queued", "Requested", "ControllerResized", "Verified", "Failed"),
  originalBytes: size,
  fileSystemBytesBefore: fc.option(size, { nil: undefined }),
  requestedAtMs: optionalInstant,
  controllerResizedAtMs: optionalInstant,
  nudgedAtMs: optionalInstant,
  finishedAtMs: optionalInstant,
  failure: fc.option(fc.record({ reason, message: fc.string() }), { nil: undefined }),
});

const event: fc.Arbitrary<Event> = fc.record({
  members: fc.array(progress, { maxLength: 3 }),
  createdAtMs: instant,
  dryRun: fc.boolean(),
  eventType: fc.constantFrom("expansion", "expansion", "circuit-breaker", "alert"),
  expansion: fc.record({
    role,
    originalBytes: size,
    requestedBytes: size,
    limitBytes: size,
    canaryClaimName: name,
    writeBack: fc.constantFrom("cluster", "none"),
    parallelism: fc.integer({ min: -1, max: 5 }),
  }),
  status: fc.record({
    phase: fc.constantFrom("Pending", "InProgress", "Completed", "Failed"),
    completedAtMs: optionalInstant,
    writeBack: fc.constantFrom({ state: "pending" }, { state: "done" }),
  }),
}).map(({ members, ...fields }) => expansionEvent(members, fields));

const governance: fc.Arbitrary<Governance> = fc.oneof(
  { weight: 5, arbitrary: governedByAny() },
  fc.constantFrom(
    { kind: "none" } as const,
    { kind: "excluded", policyName: "default" } as const,
    { kind: "invalid", policyName: "default", message: "?" } as const,
  ),
);

function governedByAny(): fc.Arbitrary<Governance> {
  const share = fc.double({ min: 0, max: 1000, noNaN: true }).map((value) => percent(value));
  return fc.record({
    dryRun: fc.boolean(),
    thresholds: fc.record({
      warning: share,
      critical: share,
      expansion: share,
      emergency: share,
      inodes: share,
      minFreeBytes: fc.option(size, { nil: undefined }),
    }),
    expansion: fc.record({
      percentage: share,
      minIncrementBytes: size,
      maxSizeBytes: fc.option(size, { nil: undefined }),
      tiers: fc.array(fc.record({ upToBytes: size, percentage: share }), { maxLength: 2 }),
    }),
  }).map((fields) => ({ kind: "policy", policyName: "default", policy: policy(fields) }));
}

/** Views of all kinds: without volumes, with volumes of the same name, with numbers that cannot be. */
export const anyView: fc.Arbitrary<ClusterView> = fc.record({
  nowMs: instant,
  deleting: fc.boolean(),
  operator: fc.record({
    phase: fc.string(),
    diskFull: fc.boolean(),
    busy: fc.option(fc.string(), { nil: undefined }),
    routineWaitsUntilMs: optionalInstant,
  }),
  governance,
  pause: fc.oneof(
    fc.constant({ kind: "none" } as const),
    fc.record({ kind: fc.constant("paused" as const), untilMs: optionalInstant }),
  ),
  manualRequest: fc.option(
    fc.record({
      trigger: fc.constantFrom("manual", "scheduled"),
      role,
      targetBytes: size,
      requestedAt: fc.string(),
      reason: fc.string(),
    }),
    { nil: undefined },
  ),
  breakerReset: fc.boolean(),
  sharedFailures: fc.option(
    fc.record({ count: fc.nat({ max: 9 }), lastAtMs: optionalInstant }),
    { nil: undefined },
  ),
  declaredSizes: fc.array(
    fc.record({ role, field: fc.constantFrom("size", "pvcTemplate"), sizeBytes: size }),
    { maxLength: 3 },
  ),
  firstSeenSizes: fc.array(fc.record({ role, sizeBytes: size }), { maxLength: 3 }),
  volumes: fc.array(anyVolume, { maxLength: 4 }),
  events: fc.array(event, { maxLength: 3 }),
  maintenanceWindow: fc.oneof(
    fc.constant({ kind: "always" } as const),
    fc.record({
      kind: fc.constant("closed" as const),
      opensAtMs: instant,
      holdsEmergencies: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("open" as const), closesAtMs: instant }),
  ),
  storageLimits: fc.option(storageLimits, { nil: undefined }),
  gitOwners: fc.option(
    fc.array(fc.record({ role, tool: fc.constantFrom("argocd", "flux"), fieldManager: name })),
    { nil: undefined },
  ),
  requestProblem: fc.option(fc.string(), { nil: undefined }),
}).map((fields) => structuredClone(view(fields)));
