/**
 * For how long a size is to last at the rate at which the volume grows (DESIGN §5).
 *
 * @module
 */

import type { RoleSettings } from "../policy/resolved.ts";
import { after, type Millis, millis, until } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { driverFacts, type ProviderBudget } from "./drivers.ts";
import { requestTimes } from "./history.ts";

/** A volume that has just grown is this many times as far from full as it must be. */
const TIME_TO_FULL_FACTOR = 2;

/**
 * How long the size that a volume is to have has to last: until the cooldown is over, until its provider allows
 * the change after this one, and for twice the policy's `timeToFull`, whichever is longest.
 */
export function lastingTimeOf(
  volume: Volume,
  view: Pick<ClusterView, "events" | "nowMs">,
  { thresholds, expansion }: RoleSettings,
): Millis {
  return millis(Math.max(
    expansion.cooldownMs,
    TIME_TO_FULL_FACTOR * (thresholds.timeToFullMs ?? 0),
    untilNextChange(volume, view),
  ));
}

/**
 * The time to the next change if those that the provider still allows were spread evenly over what is left of its
 * period: the fewer are left, the longer a size has to last.
 */
function untilNextChange(volume: Volume, view: Pick<ClusterView, "events" | "nowMs">): Millis {
  const budget = budgetOf(volume);
  if (budget === undefined) return millis(0);
  const { nowMs } = view;
  const spent = requestTimes(volume.claim.uid, view.events)
    .filter((time) => after(time, budget.perMs) > nowMs);
  const [oldestMs = nowMs] = spent;
  const leftAfterwards = Math.max(budget.changes - spent.length - 1, 0);
  return millis(until(after(oldestMs, budget.perMs), nowMs) / (leftAfterwards + 1));
}

function budgetOf({ storageClass }: Volume): ProviderBudget | undefined {
  return storageClass.kind === "known" ? driverFacts(storageClass.provisioner).budget : undefined;
}
