/**
 * The step machine of an expansion, one step at a time (DESIGN §5).
 *
 * ```text
 * canary: Queued ─► Requested ─► ControllerResized ─► Verified
 *                                                        │
 * others:                      Queued (parallelism at a time) ─► … ─► Verified
 *                                                                        │
 * Cluster.spec:                                                      write-back ─► Completed
 * ```
 *
 * The state is read from the StorageEvent and from what is observed, and the step is derived anew each time:
 * a crash between a PATCH and its record loses nothing. A volume that reaches `emergency` meanwhile does not
 * wait for the canary.
 *
 * @module
 */

import type { Action } from "../decide/plan.ts";
import type { Event, EventStatus, ExpansionIntent, VolumeProgress } from "../event/event.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { earliest, type Millis, millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { advanceVolume } from "./advance_volume.ts";
import { finish } from "./finish.ts";
import { hasEnded } from "./history.ts";
import { limitOf } from "./target.ts";
import type { ExpansionTimes, Requests } from "./volume_context.ts";

/** What the machine needs to know besides the view. */
export interface AdvanceContext {
  readonly view: ClusterView;
  /** The policy as it is now; the operation keeps what it was opened with besides. */
  readonly policy: ResolvedPolicy;
  readonly times: ExpansionTimes;
  /** Whether pods may be annotated so that their kubelet grows the file system at once. */
  readonly nudge: boolean;
  readonly requests: Requests;
  /** Claims whose volume is at `emergency` or `full`. */
  readonly pressingClaimUids: ReadonlySet<string>;
}

/** What comes next in an operation. */
export interface Advance {
  /** In order; a status to record comes after the requests it speaks of. */
  readonly actions: readonly Action[];
  readonly status: EventStatus;
  readonly wakeAtMs?: Millis | undefined;
}

/** Advances one open expansion as far as what is observed allows. */
export function advanceExpansion(
  event: Event,
  intent: ExpansionIntent,
  context: AdvanceContext,
): Advance {
  const { view, policy } = context;
  const { nowMs } = view;
  const limit = limitOf(intent.role, view, roleSettings(policy.settings, intent.role).expansion);
  const byClaim = new Map(context.view.volumes.map((volume) => [volume.claim.uid, volume]));
  const actions: Action[] = [];
  let wakeAtMs: Millis | undefined;
  let volumes = event.status.volumes;
  for (const progress of volumes) {
    const volume = byClaim.get(progress.claimUid);
    const step = advanceVolume(progress, volume, {
      event,
      intent,
      times: context.times,
      nowMs,
      nudge: context.nudge,
      requests: context.requests,
      isNext: isNext(progress, volumes, intent, context),
      gate: { view, policy, limit },
      turnAtMs: turnOf(event, volumes),
      declaredBytes: declaredSize(context.view, intent),
    });
    actions.push(...step.actions);
    wakeAtMs = earliest(wakeAtMs, step.wakeAtMs);
    volumes = volumes.map((other) => other.claimUid === progress.claimUid ? step.progress : other);
  }
  volumes = abandonAfterCanary(volumes, intent, nowMs);
  const end = finish({ ...event.status, volumes }, event, intent, context);
  actions.push(...end.actions);
  wakeAtMs = earliest(wakeAtMs, end.wakeAtMs);
  if (!sameStatus(end.status, event.status)) {
    const { name: eventName, resourceVersion } = event;
    actions.push({ kind: "record-status", eventName, resourceVersion, status: end.status });
  }
  return { actions, status: end.status, wakeAtMs };
}

/** Since when a queued volume may be next: since the last one ended, else since the beginning. */
function turnOf(event: Event, volumes: readonly VolumeProgress[]): Millis {
  const ends = volumes.flatMap(({ finishedAtMs }) => finishedAtMs ?? []);
  return millis(Math.max(event.createdAtMs, ...ends));
}

/** Whether a queued volume's turn has come. */
function isNext(
  progress: VolumeProgress,
  volumes: readonly VolumeProgress[],
  intent: ExpansionIntent,
  context: AdvanceContext,
): boolean {
  if (progress.step !== "Queued") return false;
  if (progress.claimName === intent.canaryClaimName) return true;
  const canary = volumes.find((volume) => volume.claimName === intent.canaryClaimName);
  if (canary !== undefined && wasRefused(canary)) return false;
  if (context.pressingClaimUids.has(progress.claimUid)) return true;
  if (canary !== undefined && !hasEnded(canary)) return false;
  const underWay = volumes.filter((volume) => volume.step !== "Queued" && !hasEnded(volume)).length;
  const before = volumes
    .slice(0, volumes.indexOf(progress))
    .filter((volume) => volume.step === "Queued").length;
  return underWay + before < intent.parallelism;
}

/** A canary whose size was refused for good takes the untouched volumes with it: nothing else is asked. */
function abandonAfterCanary(
  volumes: readonly VolumeProgress[],
  intent: ExpansionIntent,
  nowMs: Millis,
): readonly VolumeProgress[] {
  const canary = volumes.find((volume) => volume.claimName === intent.canaryClaimName);
  if (canary === undefined || !wasRefused(canary)) return volumes;
  return volumes.map((volume) =>
    volume.step !== "Queued" ? volume : {
      ...volume,
      step: "Failed",
      finishedAtMs: nowMs,
      failure: {
        reason: "CanaryFailed",
        message: `${canary.claimName} could not grow, so this claim was not changed`,
      },
    }
  );
}

/** Whether this size can never be had: by the provider's word, or by the API server's. */
export function wasRefused(progress: VolumeProgress): boolean {
  return progress.step === "Failed" &&
    (progress.failure?.reason === "ResizeInfeasible" ||
      progress.failure?.reason === "ResizeRefused");
}

/** The size that the Cluster's spec declares for the role of an operation, if it declares one. */
export function declaredSize(view: ClusterView, intent: ExpansionIntent): number | undefined {
  return view.declaredSizes.find(({ role }) => role === intent.role)?.sizeBytes;
}

/** Whether recording would change anything. */
function sameStatus(first: EventStatus, second: EventStatus): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
