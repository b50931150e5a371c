/**
 * When a dry run says something again.
 *
 * @module
 */

import type { EventDraft } from "../event/event.ts";
import { after } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { GovernanceOutcome } from "./governance.ts";

/**
 * Whether a dry run's record is news: the same expansion is recorded once a cooldown, as often as it would
 * have been carried out at the most.
 */
export function dryRunIsNews(
  draft: EventDraft,
  view: ClusterView,
  { settings }: GovernanceOutcome,
): boolean {
  return !view.events.some((event) =>
    event.dryRun && event.eventType === draft.eventType &&
    event.expansion?.role === draft.expansion?.role &&
    event.expansion?.requestedBytes === draft.expansion?.requestedBytes &&
    after(event.createdAtMs, settings.expansion.cooldownMs) > view.nowMs
  );
}
