/**
 * StorageEvents as decisions see them: the audit record, and the only state of an operation (DESIGN §7, §8).
 *
 * The custom resource itself is described in `storage_event.ts`; this is its meaning, with units.
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { Reason } from "../explain/reasons.ts";
import type { Role } from "../view/role.ts";

/** Kinds of StorageEvent (PRD StorageEvent `eventType`). */
export type EventType = "expansion" | "wal-cleanup" | "alert" | "circuit-breaker";

/** What set an event off (PRD StorageEvent `trigger`). */
export type Trigger = "threshold-breach" | "manual" | "scheduled";

/** How far an event is (PRD StorageEvent `status.phase`). */
export type EventPhase = "Pending" | "InProgress" | "Completed" | "Failed";

/**
 * How far one volume of an expansion is:
 *
 * ```text
 * Queued ─► Requested ─► ControllerResized ─► Verified
 *    │          │               │
 *    └──────────┴───────────────┴───────────► Failed
 * ```
 */
export type VolumeStep = "Queued" | "Requested" | "ControllerResized" | "Verified" | "Failed";

/** What confirmed that a file system has grown, best first. */
export type Verification = "statfs" | "kubelet" | "kubernetes";

/** How far one volume of an expansion is, with what later steps compare against. */
export interface VolumeProgress {
  readonly claimName: string;
  readonly claimUid: string;
  readonly instance: string;
  readonly nodeName?: string | undefined;
  readonly step: VolumeStep;
  /** The claim's capacity before. */
  readonly originalBytes: Bytes;
  /** Device size that statfs showed before; absent where nothing had measured it. */
  readonly fileSystemBytesBefore?: Bytes | undefined;
  readonly requestedAtMs?: Millis | undefined;
  readonly controllerResizedAtMs?: Millis | undefined;
  readonly nudgedAtMs?: Millis | undefined;
  readonly finishedAtMs?: Millis | undefined;
  readonly newBytes?: Bytes | undefined;
  readonly verifiedBy?: Verification | undefined;
  /** Why the step is `Failed`. */
  readonly failure?: { readonly reason: Reason; readonly message: string } | undefined;
}

/** The last step of an expansion: the size in the Cluster's spec. */
export type WriteBack =
  | { readonly state: "pending" }
  | { readonly state: "done" }
  | { readonly state: "skipped" }
  | { readonly state: "failed"; readonly message: string };

/** What an expansion set out to do. */
export interface ExpansionIntent {
  readonly role: Role;
  readonly originalBytes: Bytes;
  readonly requestedBytes: Bytes;
  /** No volume of this operation may ever be asked to exceed it. */
  readonly limitBytes: Bytes;
  /** The claim that grows first, alone. */
  readonly canaryClaimName: string;
  readonly writeBack: "cluster" | "none";
  readonly parallelism: number;
}

/** A condition of a custom resource. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** What a removal of WAL came to (PRD StorageEvent `walCleanup`). */
export interface WalCleanupResult {
  readonly filesRemoved: number;
  readonly freedBytes: Bytes;
  /** Name of the oldest segment that was kept. */
  readonly oldestRetained?: string | undefined;
}

/** How much an alert weighs (PRD Alert Metrics `severity`). */
export type Severity = "warning" | "critical";

/** What an alert is about. */
export interface AlertSubject {
  /**
   * What is wrong, and with which volume. It stays the same while severity and wording change, so that one incident
   * follows a volume from the first warning to the end.
   */
  readonly cause: string;
  /** Severity when the incident was opened; the status has the present one. */
  readonly severity: Severity;
  readonly instance?: string | undefined;
  readonly role?: Role | undefined;
}

/** How an incident stands: all that whoever delivers, repeats or escalates it needs to know. */
export interface AlertProgress {
  readonly severity: Severity;
  readonly reason: Reason;
  readonly message: string;
  /** How often the cause came back before the incident was over. */
  readonly repeats: number;
  /** Since when it is open; escalation counts from here (PRD `escalationMinutes`). */
  readonly firstRaisedAtMs: Millis;
  /** When it was last raised, raised again, or changed in meaning. */
  readonly lastRaisedAtMs: Millis;
  /** Since when the cause is absent; absent itself while the cause is there. */
  readonly absentSinceMs?: Millis | undefined;
}

/** Whose circuit breaker an event is about: a volume's own, or the one that all clusters of a policy share. */
export type BreakerSubject =
  | {
    readonly scope: "volume";
    readonly instance: string;
    readonly role: Role;
    readonly claimUid: string;
  }
  | { readonly scope: "global" };

/** How an open circuit breaker stands. */
export interface BreakerProgress {
  readonly failures: number;
  /** From then on one more try is allowed. */
  readonly halfOpenAtMs: Millis;
}

/** Tries that failed so far, and when the next one is due (PRD StorageEvent `retryCount`, `nextRetryTime`). */
export interface EventRetry {
  readonly count: number;
  readonly nextAtMs?: Millis | undefined;
}

/** The part of an event that changes. */
export interface EventStatus {
  readonly phase: EventPhase;
  readonly startedAtMs?: Millis | undefined;
  readonly completedAtMs?: Millis | undefined;
  readonly volumes: readonly VolumeProgress[];
  readonly writeBack: WriteBack;
  readonly conditions: readonly Condition[];
  /** Absent: nothing was tried again. */
  readonly retry?: EventRetry | undefined;
  /** Of alerts. */
  readonly alert?: AlertProgress | undefined;
  /** Of circuit breakers that have opened. */
  readonly breaker?: BreakerProgress | undefined;
}

/** What an event says when it is made. */
export interface EventDraft {
  readonly eventType: EventType;
  readonly trigger: Trigger;
  readonly dryRun: boolean;
  readonly reason: Reason;
  readonly message: string;
  /** The `expansion-requested` annotation that this event answers; a request is honoured once. */
  readonly manualRequestedAt?: string | undefined;
  readonly expansion?: ExpansionIntent | undefined;
  readonly walCleanup?: WalCleanupResult | undefined;
  /** Absent in records that no incident is followed by. */
  readonly alert?: AlertSubject | undefined;
  readonly breaker?: BreakerSubject | undefined;
  readonly status: EventStatus;
}

/** A StorageEvent of one cluster. */
export interface Event extends EventDraft {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAtMs: Millis;
}
