/**
 * Everything a decision about one cluster may look at, and nothing else (DESIGN §3).
 *
 * @module
 */

import type { SharedFailures } from "../breaker/shared_breaker.ts";
import type { Event } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import type { Bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { Source } from "./observation.ts";
import type { Role } from "./role.ts";
import type { Volume } from "./volume.ts";

/** Which field of the Cluster's spec holds the size of a role in use (`cnpg.md` §5.1). */
export type SizeField = "size" | "pvcTemplate";

/** The size that the Cluster's spec declares for a role. */
export interface DeclaredSize {
  readonly role: Role;
  readonly field: SizeField;
  readonly sizeBytes: Bytes;
  /** Index in `spec.tablespaces`, for tablespaces only. */
  readonly tablespaceIndex?: number | undefined;
}

/** The size that a role's volumes had when the product first saw them (kept in the ClusterStorage's status). */
export interface FirstSeenSize {
  readonly role: Role;
  readonly sizeBytes: Bytes;
}

/** What CNPG says about the cluster. */
export interface OperatorState {
  /** `status.phase` as it stands; the empty string before CNPG has set one. */
  readonly phase: string;
  /** Why CNPG must not be disturbed now (`cnpg.md` §9), or undefined when it rests. */
  readonly busy?: string | undefined;
  /** Until then routine expansions wait for CNPG to rest; absent: as long as it is busy. */
  readonly routineWaitsUntilMs?: Millis | undefined;
  /** Phase `Not enough disk space`. */
  readonly diskFull: boolean;
  readonly currentPrimary?: string | undefined;
}

/** The pause that a user has set by annotation (PRD Manual Override Annotations). */
export type Pause =
  | { readonly kind: "none" }
  | {
    readonly kind: "paused";
    readonly pauseReason?: string | undefined;
    /** From then on the pause is over. */
    readonly untilMs?: Millis | undefined;
    /** `pause-until` could not be read: the pause then has no end. */
    readonly invalidUntil?: string | undefined;
  };

/**
 * A user's wish for a size (`target-size` + `expansion-requested` + a reason that starts with `manual` or
 * `scheduled`), honoured once per value of `expansion-requested` (DESIGN §5).
 */
export interface ManualRequest {
  /** `manual`: now; `scheduled`: when a routine expansion might begin, in a maintenance window above all. */
  readonly trigger: "manual" | "scheduled";
  readonly role: Role;
  readonly targetBytes: Bytes;
  readonly requestedAt: string;
  readonly reason: string;
}

/** The policy that governs a cluster. */
export type Governance =
  /** No policy selects it: observed, never acted on. */
  | { readonly kind: "none" }
  /** A policy selects it and names it in `excludeClusters`. */
  | { readonly kind: "excluded"; readonly policyName: string }
  | { readonly kind: "policy"; readonly policyName: string; readonly policy: ResolvedPolicy }
  /** The resolved settings contradict each other, for example a warning above the emergency. */
  | { readonly kind: "invalid"; readonly policyName: string; readonly message: string };

/** The maintenance windows of the governing policy, as the next edge that observe computed. */
export type MaintenanceWindow =
  /** None is set. */
  | { readonly kind: "always" }
  /** At least one is open, until then at the least. */
  | { readonly kind: "open"; readonly closesAtMs: Millis }
  | {
    readonly kind: "closed";
    readonly opensAtMs: Millis;
    /** No window exempts emergencies. @default {false} */
    readonly holdsEmergencies?: boolean | undefined;
  };

/** What a ResourceQuota leaves for claims, as its status says. */
export interface StorageQuota {
  readonly name: string;
  /** The StorageClass whose claims it counts; absent: all claims of the namespace. */
  readonly storageClass?: string | undefined;
  readonly hardBytes: Bytes;
  readonly usedBytes: Bytes;
}

/** The largest claim that a LimitRange allows. */
export interface ClaimSizeLimit {
  readonly name: string;
  readonly maxBytes: Bytes;
}

/** The most that any CSIStorageCapacity of a class has left; absent classes publish none. */
export interface ClassCapacity {
  readonly storageClass: string;
  readonly availableBytes: Bytes;
}

/** What limits the size of claims besides policies. */
export interface StorageLimits {
  readonly quotas: readonly StorageQuota[];
  readonly claimSizeLimits: readonly ClaimSizeLimit[];
  readonly classCapacities: readonly ClassCapacity[];
}

/** A GitOps tool that declares a size of the Cluster's spec, as its managed fields tell. */
export interface GitOwner {
  readonly role: Role;
  readonly tool: "argocd" | "flux";
  /** The field manager as it is written. */
  readonly fieldManager: string;
}

/** Why a source says nothing about some of the cluster's volumes. */
export interface SourceProblem {
  readonly source: Source | "instance-metrics";
  readonly reason: Reason;
  /** Names the node, pod or address. */
  readonly message: string;
}

/** The view of one cluster at one instant. */
export interface ClusterView {
  readonly nowMs: Millis;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly deleting: boolean;
  readonly operator: OperatorState;
  readonly governance: Governance;
  readonly pause: Pause;
  readonly manualRequest?: ManualRequest | undefined;
  /** Why annotations that look like a user's request for a size are none; absent where they are one, or do not. */
  readonly requestProblem?: string | undefined;
  /** The user asked for `reset-circuit-breaker`; the value of the annotation. */
  readonly breakerReset: boolean;
  /** Our own annotations as they stand on the Cluster, full keys. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly declaredSizes: readonly DeclaredSize[];
  /** A role without an entry is seen for the first time: its size now counts. */
  readonly firstSeenSizes: readonly FirstSeenSize[];
  readonly volumes: readonly Volume[];
  /** StorageEvents of this cluster, oldest first. */
  readonly events: readonly Event[];
  readonly maintenanceWindow: MaintenanceWindow;
  /** Where all clusters of the policy share a breaker: their failed expansions in a row, this cluster's included. */
  readonly sharedFailures?: SharedFailures | undefined;
  /** Absent: not watched. */
  readonly storageLimits?: StorageLimits | undefined;
  /** Sizes of the Cluster's spec that a GitOps tool declares. */
  readonly gitOwners?: readonly GitOwner[] | undefined;
  readonly sourceProblems?: readonly SourceProblem[] | undefined;
}
