/**
 * Views and what they are made of, for tests: each builder takes what a test is about, all else is a healthy
 * cluster `shop/orders` of three instances with 10 GiB of data each.
 *
 * @module
 */

import type { Event, EventStatus, ExpansionIntent, VolumeProgress } from "../event/event.ts";
import { BUILT_IN_DEFAULTS } from "../policy/defaults.ts";
import type {
  ExpansionSettings,
  PolicySettings,
  ResolvedPolicy,
  RoleSettings,
  ThresholdSettings,
} from "../policy/resolved.ts";
import type { RoleKind } from "../policy/roles_spec.ts";
import { type Bytes, bytes, GIBIBYTE } from "../units/bytes.ts";
import { type Millis, millis, MINUTE } from "../units/millis.ts";
import { percent } from "../units/percent.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Known } from "../view/observation.ts";
import type { Role } from "../view/role.ts";
import type { Claim, FileSystemSample, PodView, Volume } from "../view/volume.ts";

/** The present of every view that does not say otherwise: 2026-01-01T00:00:00Z. */
export const NOW_MS: Millis = millis(Date.UTC(2026, 0, 1));

/** A number of binary gibibytes. */
export function gibibytes(count: number): Bytes {
  return bytes(Math.round(count * GIBIBYTE));
}

/** The built-in thresholds: 70, 80, 85 and 90 percent. */
export function thresholds(overrides: Partial<ThresholdSettings> = {}): ThresholdSettings {
  const { warning, critical, expansion, emergency, inodes } = BUILT_IN_DEFAULTS.thresholds;
  return {
    warning: percent(warning),
    critical: percent(critical),
    expansion: percent(expansion),
    emergency: percent(emergency),
    inodes: percent(inodes),
    ...overrides,
  };
}

/** The built-in way of growing, with a limit of 100 GiB. */
export function expansion(overrides: Partial<ExpansionSettings> = {}): ExpansionSettings {
  const fields = BUILT_IN_DEFAULTS.expansion;
  return {
    enabled: fields.enabled,
    percentage: percent(fields.percentage),
    minIncrementBytes: gibibytes(fields.minIncrementGi),
    maxSizeBytes: gibibytes(100),
    cooldownMs: millis(fields.cooldownMinutes * MINUTE),
    writeBack: fields.writeBack,
    parallelism: fields.parallelism,
    tiers: [],
    ...overrides,
  };
}

/** What a test may say about the settings of volumes. */
export interface RoleFields {
  readonly thresholds?: Partial<ThresholdSettings> | undefined;
  readonly expansion?: Partial<ExpansionSettings> | undefined;
}

/** What a test may say about a policy, section by section. */
export interface SettingsFields extends RoleFields {
  readonly dryRun?: boolean | undefined;
  readonly roles?: Partial<Readonly<Record<RoleKind, RoleFields>>> | undefined;
  readonly circuitBreaker?: Partial<PolicySettings["circuitBreaker"]> | undefined;
}

/** The built-in policy, with a limit of 100 GiB. */
export function policy(fields: SettingsFields = {}): ResolvedPolicy {
  const { walCleanup, circuitBreaker, alerting } = BUILT_IN_DEFAULTS;
  const roleOf = (kind: RoleKind): RoleSettings => ({
    thresholds: thresholds({ ...fields.thresholds, ...fields.roles?.[kind]?.thresholds }),
    expansion: expansion({ ...fields.expansion, ...fields.roles?.[kind]?.expansion }),
  });
  const settings: PolicySettings = {
    dryRun: fields.dryRun ?? false,
    thresholds: thresholds(fields.thresholds),
    expansion: expansion(fields.expansion),
    roles: { data: roleOf("data"), wal: roleOf("wal"), tablespaces: roleOf("tablespaces") },
    maintenanceWindows: [],
    walCleanup: {
      enabled: walCleanup.enabled,
      retainCount: walCleanup.retainCount,
      requireArchived: walCleanup.requireArchived,
      cooldownMs: millis(walCleanup.cooldownMinutes * MINUTE),
    },
    circuitBreaker: {
      maxFailures: circuitBreaker.maxFailures,
      resetMs: millis(circuitBreaker.resetMinutes * MINUTE),
      scope: circuitBreaker.scope,
      ...fields.circuitBreaker,
    },
    alerting: {
      channels: [],
      suppressDuringRemediation: alerting.suppressDuringRemediation,
      escalationMs: millis(alerting.escalationMinutes * MINUTE),
    },
  };
  return { settings, origins: {} };
}

/** A measurement by the agent, now, of a file system that is `usedPercent` full. */
export function sampled(
  usedPercent: number,
  overrides: Partial<FileSystemSample> & { readonly observedAtMs?: Millis } = {},
): Known<FileSystemSample> {
  const { observedAtMs = NOW_MS, ...sample } = overrides;
  const totalBytes = sample.totalBytes ?? gibibytes(10);
  const usedBytes = sample.usedBytes ?? bytes(Math.round(totalBytes * usedPercent / 100));
  const availableBytes = sample.availableBytes ?? bytes(Math.max(totalBytes - usedBytes, 0));
  const deviceBytes = sample.deviceBytes ?? totalBytes;
  return {
    kind: "known",
    value: { ...sample, totalBytes, usedBytes, availableBytes, deviceBytes },
    source: "agent",
    observedAtMs,
  };
}

/** A bound claim of 10 GiB at rest. */
export function claim(overrides: Partial<Claim> = {}): Claim {
  return {
    name: "orders-1",
    uid: "claim-orders-1",
    resourceVersion: "1",
    phase: "Bound",
    deleting: false,
    volumeMode: "Filesystem",
    requestBytes: gibibytes(10),
    capacityBytes: gibibytes(10),
    resizeStatus: "none",
    resizeConditions: { resizing: false, fileSystemResizePending: false },
    ...overrides,
  };
}

/** A running pod. */
export function pod(overrides: Partial<PodView> = {}): PodView {
  return { name: "orders-1", uid: "pod-orders-1", nodeName: "node-1", running: true, ...overrides };
}

/** What a test may say about a volume. */
export interface VolumeFields extends Partial<Omit<Volume, "claim">> {
  readonly claim?: Partial<Claim> | undefined;
  /** Short for a fresh sample of an agent. */
  readonly usedPercent?: number | undefined;
}

/** The data volume of instance `orders-1`, half full. */
export function volume(fields: VolumeFields = {}): Volume {
  const { claim: claimFields, usedPercent = 50, ...overrides } = fields;
  const instance = overrides.instance ?? "orders-1";
  const role: Role = overrides.role ?? "data";
  const name = role === "data" ? instance : `${instance}-${role.replace("tbs:", "tbs-")}`;
  const capacityBytes = claimFields?.capacityBytes ?? gibibytes(10);
  return {
    instance,
    role,
    holdsWal: role !== "data" ? role === "wal" : true,
    claim: claim({
      name,
      uid: `claim-${name}`,
      requestBytes: capacityBytes,
      capacityBytes,
      ...claimFields,
    }),
    storageClass: {
      kind: "known",
      name: "fast",
      provisioner: "csi.example.com",
      allowVolumeExpansion: true,
    },
    pod: pod({ name: instance, uid: `pod-${instance}` }),
    fileSystem: sampled(usedPercent, { totalBytes: capacityBytes }),
    walHeadroom: { kind: "unknown" },
    ...overrides,
  };
}

/** The view of a healthy cluster, governed by {@link policy}. */
export function view(overrides: Partial<ClusterView> = {}): ClusterView {
  return {
    nowMs: NOW_MS,
    namespace: "shop",
    name: "orders",
    uid: "cluster-orders",
    resourceVersion: "1",
    deleting: false,
    operator: { phase: "Cluster in healthy state", diskFull: false, currentPrimary: "orders-1" },
    governance: governedBy(policy()),
    pause: { kind: "none" },
    breakerReset: false,
    annotations: {},
    declaredSizes: [{ role: "data", field: "size", sizeBytes: gibibytes(10) }],
    firstSeenSizes: [{ role: "data", sizeBytes: gibibytes(10) }],
    volumes: ["orders-1", "orders-2", "orders-3"].map((instance) => volume({ instance })),
    events: [],
    maintenanceWindow: { kind: "always" },
    ...overrides,
  };
}

/** Governance by a policy named `default`. */
export function governedBy(resolved: ResolvedPolicy): ClusterView["governance"] {
  return { kind: "policy", policyName: "default", policy: resolved };
}

/** The progress of a volume that waits for its turn. */
export function progressOf(
  of: Volume,
  overrides: Partial<VolumeProgress> = {},
): VolumeProgress {
  return {
    claimName: of.claim.name,
    claimUid: of.claim.uid,
    instance: of.instance,
    step: "Queued",
    originalBytes: of.claim.capacityBytes ?? of.claim.requestBytes,
    fileSystemBytesBefore: of.fileSystem.kind === "known"
      ? of.fileSystem.value.deviceBytes
      : undefined,
    ...overrides,
  };
}

/** What a test may say about an expansion. */
export interface ExpansionFields extends Partial<Omit<Event, "expansion" | "status">> {
  readonly expansion?: Partial<ExpansionIntent> | undefined;
  readonly status?: Partial<EventStatus> | undefined;
}

/** An expansion of role `data` from 10 to 15 GiB that has not begun; `members` are its volumes, canary first. */
export function expansionEvent(
  members: readonly VolumeProgress[],
  fields: ExpansionFields = {},
): Event {
  const { expansion, status, ...overrides } = fields;
  return {
    name: "orders-expansion",
    uid: "event-orders-expansion",
    resourceVersion: "1",
    createdAtMs: NOW_MS,
    eventType: "expansion",
    trigger: "threshold-breach",
    dryRun: false,
    reason: "AboveExpansion",
    message: "orders-1/data: Pressure 86 %",
    expansion: {
      role: "data",
      originalBytes: gibibytes(10),
      requestedBytes: gibibytes(15),
      limitBytes: gibibytes(100),
      canaryClaimName: members[0]?.claimName ?? "orders-1",
      writeBack: "cluster",
      parallelism: 1,
      ...expansion,
    },
    status: {
      phase: "Pending",
      volumes: members,
      writeBack: { state: "pending" },
      conditions: [],
      ...status,
    },
    ...overrides,
  };
}

/** A finished expansion in which one volume failed by itself. */
export function failureEvent(of: Volume, atMs: Millis, overrides: ExpansionFields = {}): Event {
  const failed = progressOf(of, {
    step: "Failed",
    requestedAtMs: atMs,
    finishedAtMs: atMs,
    failure: { reason: "ControllerDeadline", message: `${of.claim.name} did not grow` },
  });
  return expansionEvent([failed], {
    name: `orders-failure-${atMs}`,
    createdAtMs: atMs,
    ...overrides,
    status: { phase: "Failed", completedAtMs: atMs, writeBack: { state: "skipped" } },
  });
}
