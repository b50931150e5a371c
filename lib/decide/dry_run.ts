/**
 * When a dry run says something again.
 *
 * @module
 */

import type { Event, EventDraft } from "../event/event.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { after, HOUR, type Millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { GovernanceOutcome } from "./governance.ts";

/** A short cooldown, or none, spaces real expansions that end; a dry run proposes the same one for ever. */
const SAME_RECORD_MS = HOUR;

/**
 * Until when a dry run's record is no news; undefined where it is now. What has been recorded is recorded again once
 * a cooldown, as often as it would have been carried out at the most, and no more than once an hour.
 *
 * The size is no part of what makes it the same: it follows what is used and foretold, and moves with every sample.
 */
export function dryRunIsNewsAt(
  draft: EventDraft,
  view: ClusterView,
  { settings }: GovernanceOutcome,
): Millis | undefined {
  const role = draft.expansion?.role;
  const cooldownMs = role === undefined ? 0 : roleSettings(settings, role).expansion.cooldownMs;
  const last = view.events.findLast((event) => isSameRecord(event, draft));
  const newsAtMs = last && after(last.createdAtMs, Math.max(cooldownMs, SAME_RECORD_MS));
  return newsAtMs !== undefined && newsAtMs > view.nowMs ? newsAtMs : undefined;
}

function isSameRecord(event: Event, draft: EventDraft): boolean {
  return event.dryRun && event.eventType === draft.eventType && event.reason === draft.reason &&
    event.manualRequestedAt === draft.manualRequestedAt &&
    event.expansion?.role === draft.expansion?.role;
}
