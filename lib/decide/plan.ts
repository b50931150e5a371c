/**
 * What a decision says: the actions to take, and everything that explains them (DESIGN §3).
 *
 * @module
 */

import type { Condition, EventDraft, EventStatus, Severity } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import type { Level } from "../threshold/level.ts";
import type { Bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { SizeField } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";

/** Opens a StorageEvent: the beginning of an operation, or a record of what a dry run would have done. */
export interface OpenEvent {
  readonly kind: "open-event";
  readonly draft: EventDraft;
}

/** Asks for a size on one claim. `act` repeats the checks right before the PATCH. */
export interface RequestSize {
  readonly kind: "request-size";
  readonly eventName: string;
  readonly instance: string;
  readonly role: Role;
  readonly claimName: string;
  readonly claimUid: string;
  readonly resourceVersion: string;
  readonly capacityBytes: Bytes;
  /** What the claim asked for when this was decided; only that request may be lowered. */
  readonly expectedRequestBytes: Bytes;
  readonly toBytes: Bytes;
  readonly limitBytes: Bytes;
  /** Lowers a failed request; the new request is still above the capacity (`kubernetes.md` A1.3). */
  readonly lowering: boolean;
}

/** Annotates the pod that mounts a grown volume, so that its kubelet grows the file system now. */
export interface NudgePod {
  readonly kind: "nudge-pod";
  readonly eventName: string;
  readonly claimName: string;
  readonly podName: string;
  readonly podUid: string;
}

/** Writes how far an operation is. */
export interface RecordStatus {
  readonly kind: "record-status";
  readonly eventName: string;
  readonly resourceVersion: string;
  readonly status: EventStatus;
}

/** Raises the size in the Cluster's spec, once the volumes have it. */
export interface WriteBackSize {
  readonly kind: "write-back";
  readonly eventName: string;
  readonly role: Role;
  readonly field: SizeField;
  readonly tablespaceIndex?: number | undefined;
  readonly fromBytes: Bytes;
  readonly toBytes: Bytes;
  readonly resourceVersion: string;
}

/** Sets (or, with null, removes) annotations of the Cluster. Keys are complete. */
export interface Annotate {
  readonly kind: "annotate";
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Something for `act` to do, in the order of the plan. */
export type Action =
  | OpenEvent
  | RequestSize
  | NudgePod
  | RecordStatus
  | WriteBackSize
  | Annotate;

/** What somebody should be told. */
export interface AlertIntent {
  /**
   * What the alert is about, in a word that stays while reason and severity change: alerts of one topic, instance
   * and role are one incident. @default {the reason}
   */
  readonly topic?: AlertTopic | undefined;
  readonly reason: Reason;
  readonly severity: Severity;
  readonly instance?: string | undefined;
  readonly role?: Role | undefined;
  readonly message: string;
  /** The volume's growth is all that it calls for: it may wait while that is under way. @default {false} */
  readonly passesWithGrowth?: boolean | undefined;
}

/** What alerts are about whose reasons change. */
export type AlertTopic = "pressure" | "held" | "request" | "size-limit" | "failed" | "more-alerts";

/** Below this much free space the agent of `instance` reports at once. */
export interface Trip {
  readonly instance: string;
  readonly role: Role;
  readonly availableBelowBytes: Bytes;
}

/** One check as it was made. `passed: false` names what stood in the way. */
export interface Check {
  readonly reason: Reason;
  readonly message: string;
  readonly passed: boolean;
  /** What was checked: a volume (`INSTANCE/ROLE`), a role, or the cluster where absent. */
  readonly subject?: string | undefined;
}

/** How full one volume is judged to be. */
export interface VolumeJudgement {
  readonly instance: string;
  readonly role: Role;
  /** Unknown volumes have no level and never trigger anything. */
  readonly level: Level | "unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** The decision about one cluster. */
export interface Plan {
  /** The highest level of the known volumes; `ok` where none is known (`blind` is a condition, not a level). */
  readonly level: Level;
  readonly volumes: readonly VolumeJudgement[];
  readonly actions: readonly Action[];
  readonly alerts: readonly AlertIntent[];
  readonly conditions: readonly Condition[];
  /** The earliest instant at which waiting alone changes this plan; absent: only news does. */
  readonly wakeAtMs?: Millis | undefined;
  readonly trace: readonly Check[];
}
