/**
 * What one volume's step looks at, and what it answers.
 *
 * @module
 */

import type { Action, RequestSize } from "../decide/plan.ts";
import type { Event, ExpansionIntent, VolumeProgress } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { type Bytes, minBytes } from "../units/bytes.ts";
import { type Millis, millis, MINUTE } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";
import type { PreflightInput } from "./preflight.ts";

/** How long each phase of a resize may take. */
export interface ExpansionTimes {
  /** From the request to the provider's answer. */
  readonly controllerMs: Millis;
  /** From there to the grown file system. */
  readonly fileSystemMs: Millis;
}

/**
 * The external-resizer backs off to five minutes between tries and the kubelet retries a failed node
 * expansion every two: ten minutes let either try at least twice more.
 */
export const DEFAULT_TIMES: ExpansionTimes = {
  controllerMs: millis(10 * MINUTE),
  fileSystemMs: millis(10 * MINUTE),
};

/** Whether an operation may make new requests. */
export type Requests =
  | "allowed"
  /** Paused, or turned into a dry run: what was begun is followed, nothing new is begun. */
  | "held"
  /** No policy stands behind the operation any more, or it forbids expansion: what was not begun is given up. */
  | "withdrawn";

/** What one volume's step may look at besides the volume. */
export interface VolumeContext {
  readonly event: Event;
  readonly intent: ExpansionIntent;
  readonly times: ExpansionTimes;
  readonly nowMs: Millis;
  readonly nudge: boolean;
  /** Whether this volume's turn has come, and what the policy says to new requests. */
  readonly isNext: boolean;
  readonly requests: Requests;
  /** What every volume-bound check of the gate looks at besides the volume. */
  readonly gate: Omit<PreflightInput, "volume">;
  /** Since when it may be this volume's turn; what keeps it from being asked is waited for from then on. */
  readonly turnAtMs: Millis;
  /** What the Cluster's spec declares: CNPG raises any request below it. Absent: it is not known. */
  readonly declaredBytes?: number | undefined;
}

/** What comes next for one volume. */
export interface VolumeAdvance {
  readonly progress: VolumeProgress;
  readonly actions: readonly Action[];
  readonly wakeAtMs?: Millis | undefined;
}

/** The largest size to ask for: what the operation was allowed when it was opened, and what holds now. */
export function currentLimit({ intent, gate }: VolumeContext): Bytes {
  return gate.limit === undefined
    ? intent.limitBytes
    : minBytes(intent.limitBytes, gate.limit.limitBytes);
}

/** A request on the volume's claim as it is seen now. */
export function requestSize(
  { instance, role, claim }: Volume,
  toBytes: Bytes,
  lowering: boolean,
  context: VolumeContext,
): RequestSize {
  return {
    kind: "request-size",
    eventName: context.event.name,
    instance,
    role,
    claimName: claim.name,
    claimUid: claim.uid,
    resourceVersion: claim.resourceVersion,
    capacityBytes: claim.capacityBytes ?? claim.requestBytes,
    expectedRequestBytes: claim.requestBytes,
    toBytes,
    limitBytes: currentLimit(context),
    lowering,
  };
}

/** The volume's way ends here, without the size. */
export function failed(
  progress: VolumeProgress,
  reason: Reason,
  message: string,
  nowMs: Millis,
): VolumeProgress {
  return { ...progress, step: "Failed", finishedAtMs: nowMs, failure: { reason, message } };
}
