/**
 * When a dry run says something again.
 *
 * @module
 */

import type { EventDraft } from "../event/event.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { after, HOUR } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { GovernanceOutcome } from "./governance.ts";

/** A short cooldown, or none, spaces real expansions that end; a dry run proposes the same one for ever. */
const SAME_RECORD_MS = HOUR;

/**
 * Whether a dry run's record is news: the same expansion is recorded once a cooldown, as often as it would
 * have been carried out at the most, and no more than once an hour.
 */
export function dryRunIsNews(
  draft: EventDraft,
  view: ClusterView,
  { settings }: GovernanceOutcome,
): boolean {
  const role = draft.expansion?.role;
  const cooldownMs = role === undefined ? 0 : roleSettings(settings, role).expansion.cooldownMs;
  const silentMs = Math.max(cooldownMs, SAME_RECORD_MS);
  return !view.events.some((event) =>
    event.dryRun && event.eventType === draft.eventType &&
    event.expansion?.role === role &&
    event.expansion?.requestedBytes === draft.expansion?.requestedBytes &&
    after(event.createdAtMs, silentMs) > view.nowMs
  );
}
