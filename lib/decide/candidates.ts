/**
 * The volumes that should grow, and why.
 *
 * @module
 */

import type { Trigger } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import type { Urgency } from "../expansion/preflight.ts";
import { atLeast } from "../threshold/level.ts";
import { pressureOf } from "../threshold/pressure.ts";
import type { Bytes } from "../units/bytes.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { compareText, knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import { followingCandidate } from "./following_candidate.ts";
import type { JudgedCluster, JudgedVolume } from "./judge_volumes.ts";
import { requestCandidate } from "./manual_request.ts";

/** A volume that should grow, and why. */
export interface Candidate {
  readonly volume: Volume;
  readonly urgency: Urgency;
  readonly trigger: Trigger;
  readonly reason: Reason;
  readonly message: string;
  /** Named by a user or by siblings; otherwise the policy computes it. */
  readonly wantedBytes?: Bytes | undefined;
  readonly manualRequestedAt?: string | undefined;
  /** The siblings that grow with it. @default {all that are smaller than the target} */
  readonly followers?: readonly Volume[] | undefined;
  /** Nothing is in danger: that it waits for something that passes is told to nobody. @default {false} */
  readonly isPatient?: boolean | undefined;
}

/**
 * The volumes of a role that should grow: a user's request for now, then the most pressing first, then what may
 * wait. The first that may grow takes its siblings with it.
 */
export function candidatesOf(view: ClusterView, judged: JudgedCluster, role: Role): Candidate[] {
  const triggered = judged.volumes
    .filter(({ volume, judgement }) =>
      volume.role === role && judgement.level !== "unknown" &&
      atLeast(judgement.level, "expansion")
    )
    .sort(byPressure)
    .map(({ volume, judgement }): Candidate => ({
      volume,
      urgency: urgencyOf({ volume, judgement }),
      trigger: "threshold-breach",
      reason: judgement.reason,
      message: judgement.message,
    }));
  const request = requestCandidate(view, role);
  const following = followingCandidate(view, role);
  return [
    ...(request?.urgency === "manual" ? [request] : []),
    ...triggered,
    ...(request === undefined || request.urgency === "manual" ? [] : [request]),
    ...(following === undefined ? [] : [following]),
  ];
}

function urgencyOf({ volume, judgement }: JudgedVolume): Urgency {
  if (judgement.level === "full") return "rescue";
  if (judgement.level === "emergency") return "emergency";
  return volume.fileSystem.kind === "unknown" ? "rescue" : "routine";
}

function byPressure(first: JudgedVolume, second: JudgedVolume): number {
  return pressureFor(second.volume) - pressureFor(first.volume) ||
    compareText(first.volume.instance, second.volume.instance);
}

/** For ordering only: a volume that is full by evidence comes before every measured one. */
function pressureFor(volume: Volume): number {
  const sample = knownFileSystem(volume);
  return sample === undefined ? Infinity : pressureOf(sample, volume.walHeadroom) ?? 0;
}
