/**
 * The size that a candidate is to have.
 *
 * @module
 */

import { aboveCeiling, type Ceiling, ceilingOf } from "../expansion/ceiling.ts";
import { lastingTimeOf } from "../expansion/lasting_time.ts";
import type { Hold } from "../expansion/preflight.ts";
import { type SizeLimit, targetSize } from "../expansion/target.ts";
import { roleSettings } from "../policy/role_settings.ts";
import type { Bytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { ClusterView } from "../view/cluster.ts";
import { roleVolumes } from "../view/select.ts";
import type { Candidate } from "./candidates.ts";
import type { GovernanceOutcome } from "./governance.ts";

/** A size, or why there is none. */
export type SizeOutcome =
  | { readonly kind: "size"; readonly toBytes: Bytes; readonly limitBytes: Bytes }
  | { readonly kind: "held"; readonly hold: Hold };

/**
 * The size for a candidate: the one that it names, or the policy's, which is clamped to what is allowed where
 * that still is growth. A size that somebody names is given or refused, never changed.
 */
export function sizeFor(
  candidate: Candidate,
  limit: SizeLimit | undefined,
  view: ClusterView,
  { settings }: GovernanceOutcome,
): SizeOutcome {
  const { volume, wantedBytes } = candidate;
  if (limit === undefined) {
    const message =
      `No size of role ${volume.role} is recorded yet of which the limit is a multiple`;
    return { kind: "held", hold: { reason: "FirstSizeUnknown", message } };
  }
  const ceiling = ceilingOf(volume, limit.limitBytes, view.storageLimits);
  if (wantedBytes !== undefined) return namedSize(candidate, wantedBytes, ceiling);
  const current = volume.claim.capacityBytes ?? volume.claim.requestBytes;
  const siblings = roleVolumes(view.volumes, volume.role).filter((other) => other !== volume);
  const own = roleSettings(settings, volume.role);
  const lastsMs = lastingTimeOf(volume, view, own);
  const target = targetSize(
    volume,
    siblings,
    { ...limit, limitBytes: ceiling.limitBytes },
    own.thresholds,
    own.expansion,
    lastsMs,
  );
  if (target.kind === "grow") {
    return { kind: "size", toBytes: target.toBytes, limitBytes: ceiling.limitBytes };
  }
  const message = `${formatBytes(current)} cannot become more: ${ceiling.source}`;
  return held({ reason: ceiling.reason, message });
}

function namedSize({ volume }: Candidate, wantedBytes: Bytes, ceiling: Ceiling): SizeOutcome {
  const current = volume.claim.capacityBytes ?? volume.claim.requestBytes;
  const refusal = aboveCeiling(ceiling, wantedBytes);
  if (refusal !== undefined) return held(refusal);
  if (wantedBytes > current) {
    return { kind: "size", toBytes: wantedBytes, limitBytes: ceiling.limitBytes };
  }
  const message = `target-size ${formatBytes(wantedBytes)} is not above the present ` +
    formatBytes(current);
  return held({ reason: "RequestNotAbove", message });
}

function held(hold: Hold): SizeOutcome {
  return { kind: "held", hold };
}
