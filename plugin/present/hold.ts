/**
 * What holds an action back, as far as a status tells it.
 *
 * @module
 */

import type { ClusterStorageStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { isReason, type Reason } from "../../lib/explain/reasons.ts";

/**
 * A sentence of `explainHold` (`lib/explain/explain.ts`): no condition tells of a cooldown or a closed window, only
 * `nextAction` does, and it ends with the reason then.
 */
const HOLD = /^.* may not grow: .*\(([A-Za-z]+)\)$/s;

/** The reason why nothing is done that is due; undefined where nothing is held back. */
export function holdOf(
  { nextAction }: Pick<ClusterStorageStatus, "nextAction">,
): Reason | undefined {
  const [, reason = ""] = HOLD.exec(nextAction ?? "") ?? [];
  return isReason(reason) ? reason : undefined;
}
