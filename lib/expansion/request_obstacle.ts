/**
 * What makes it wrong to ask for a size that was decided on earlier.
 *
 * Between the opening of an operation and a follower's turn hours may pass: what the gate asked about the first
 * volume then is asked about each volume right before its own request.
 *
 * @module
 */

import { roleSettings } from "../policy/role_settings.ts";
import { formatBytes } from "../units/format.ts";
import { after, type Millis } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";
import { aboveCeiling, ceilingOf } from "./ceiling.ts";
import type { Hold } from "./preflight.ts";
import * as checks from "./preflight_checks.ts";
import { sizeGate } from "./size_gate.ts";
import { currentLimit, type VolumeContext } from "./volume_context.ts";

/** What stands between a volume whose turn has come and its request. */
export type RequestObstacle =
  | { readonly kind: "none" }
  /** It may pass by itself: waited for until then. */
  | { readonly kind: "waits"; readonly untilMs: Millis }
  /** The volume is left as it is. */
  | { readonly kind: "ends"; readonly hold: Hold };

/** What makes every request on a claim pointless: `act` would refuse it each time, and the operation never end. */
export function claimObstacleOf({ claim }: Volume): Hold | undefined {
  if (claim.deleting) {
    return { reason: "ClaimDeleting", message: `PVC ${claim.name} is being deleted` };
  }
  if (claim.capacityBytes === undefined) {
    return { reason: "ClaimNotBound", message: `PVC ${claim.name} has no capacity` };
  }
  return undefined;
}

/** What ends an operation for every volume that was not asked yet, whether its turn has come or not. */
export function endBeforeRequest(context: VolumeContext): Hold | undefined {
  const { intent, gate, requests } = context;
  if (requests === "withdrawn") {
    const { enabled } = roleSettings(gate.policy.settings, intent.role).expansion;
    if (gate.view.governance.kind === "policy" && !enabled) {
      return { reason: "ExpansionDisabled", message: "The policy forbids expansion by now" };
    }
    return { reason: "NoPolicy", message: "No policy stands behind this expansion any more" };
  }
  const limitBytes = currentLimit(context);
  if (intent.requestedBytes <= limitBytes) return undefined;
  const message = `${formatBytes(intent.requestedBytes)} is above the limit of ` +
    formatBytes(limitBytes);
  return { reason: "MaxSizeReached", message };
}

/**
 * What stands in the way of a volume whose turn has come (the volume-bound rows of DESIGN §5's gate table).
 *
 * Somebody else's resize, the pause after a failure, and room that is missing are waited for as long as a
 * provider may take; an open breaker, a spent budget and a size that is too large for this very volume last
 * longer than an operation should. The first volume went through the whole
 * gate when the operation was opened, with what an emergency or a user's wish allows: its breaker is not asked
 * again.
 */
export function requestObstacleOf(volume: Volume, context: VolumeContext): RequestObstacle {
  const input = { ...context.gate, volume };
  const isFirst = volume.claim.name === context.intent.canaryClaimName;
  const lasting = checks.whyNotExpandable(input) ?? sizeObstacle(volume, context) ??
    (isFirst ? undefined : checks.providerHasBudget(input));
  if (lasting !== undefined) return { kind: "ends", hold: lasting };
  const passing = checks.noResizeInFlight(input) ?? roomObstacle(volume, context);
  if (passing !== undefined) return waitFor(passing, context);
  if (isFirst || context.event.trigger === "manual") return { kind: "none" };
  const breaker = checks.breakerLetsPass(input);
  if (breaker === undefined) return { kind: "none" };
  return breaker.reason === "BreakerOpen"
    ? { kind: "ends", hold: breaker }
    : waitFor(breaker, context);
}

/** A LimitRange may be younger than the operation, and a sibling may have to cross what the first one had passed. */
function sizeObstacle(volume: Volume, { intent, gate }: VolumeContext): Hold | undefined {
  const ceiling = ceilingOf(volume, intent.limitBytes, gate.view.storageLimits);
  return aboveCeiling(ceiling, intent.requestedBytes);
}

function roomObstacle(volume: Volume, { intent, gate }: VolumeContext): Hold | undefined {
  const { storageLimits: limits } = gate.view;
  return sizeGate({ members: [volume], toBytes: intent.requestedBytes, limits }, "routine").hold;
}

function waitFor(hold: Hold, { turnAtMs, times, nowMs }: VolumeContext): RequestObstacle {
  const untilMs = after(turnAtMs, times.controllerMs);
  if (nowMs >= untilMs) return { kind: "ends", hold };
  const { untilMs: liftedAtMs = untilMs } = hold;
  return { kind: "waits", untilMs: liftedAtMs < untilMs ? liftedAtMs : untilMs };
}
