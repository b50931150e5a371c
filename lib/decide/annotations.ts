/**
 * What is written on the Cluster itself: only what changed in meaning, never on a timer, because every write
 * wakes CNPG (DESIGN §5).
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import { ANNOTATION } from "../policy/annotation_keys.ts";
import { writeDuration } from "../policy/duration_schema.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { usedPercentOf } from "../threshold/pressure.ts";
import { formatQuantity } from "../units/quantity.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { ClusterView } from "../view/cluster.ts";
import { knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { GovernanceOutcome } from "./governance.ts";
import { pendingRequest } from "./manual_request.ts";
import type { Annotate } from "./plan.ts";
import type { Proposal } from "./propose_expansions.ts";

/** A change of usage is news from so many points on. */
const USAGE_POINTS = 5;

type Changes = Record<string, string | null>;

/** The annotations to set, together in one write; none when nothing changed in meaning. */
export function annotationActions(
  view: ClusterView,
  governance: GovernanceOutcome,
  proposal: Proposal,
): Annotate[] {
  if (view.deleting || governance.stance === "records") return [];
  const changes: Changes = {
    ...managedChange(view, governance),
    ...(governance.stance === "observes" ? {} : usageChange(view)),
    ...(governance.stance === "acts" ? requestChange(view, governance, proposal) : {}),
  };
  if (Object.keys(changes).length === 0) return [];
  if (governance.stance !== "observes") changes[ANNOTATION.lastCheck] = formatTimestamp(view.nowMs);
  return [{ kind: "annotate", annotations: changes }];
}

function managedChange(view: ClusterView, { stance }: GovernanceOutcome): Changes {
  const present = view.annotations[ANNOTATION.managed];
  if (stance !== "observes") return present === "true" ? {} : { [ANNOTATION.managed]: "true" };
  // A cluster that we never managed is left without a trace.
  return present === "true" ? { [ANNOTATION.managed]: "false" } : {};
}

/**
 * The usage of the fullest volume. After a restart agents report one after the other: the fullest may come
 * last, so that less than what is written is told only once all have spoken.
 */
function usageChange(view: ClusterView): Changes {
  const shares = view.volumes.flatMap((volume) => {
    const sample = knownFileSystem(volume);
    return sample === undefined ? [] : usedPercentOf(sample) ?? [];
  });
  if (shares.length === 0) return {};
  const usage = Math.round(Math.max(...shares));
  const written = Number(view.annotations[ANNOTATION.currentUsagePercent] ?? NaN);
  if (Math.abs(usage - written) < USAGE_POINTS) return {};
  if (usage < written && view.volumes.some(isYetToBeMeasured)) return {};
  return { [ANNOTATION.currentUsagePercent]: String(usage) };
}

function isYetToBeMeasured(volume: Volume): boolean {
  return volume.pod?.running === true && knownFileSystem(volume) === undefined;
}

/**
 * Says what was requested and why; the reason never starts with `manual`, so it is never read as a wish. A
 * user's wish that still waits is not overwritten, and the same size for the same reason is no news.
 */
function requestChange(
  view: ClusterView,
  { settings }: GovernanceOutcome,
  { actions }: Proposal,
): Changes {
  const draft = actions
    .map((action) => action.draft)
    .find(({ expansion, trigger }) => expansion !== undefined && trigger !== "manual");
  if (draft?.expansion === undefined || pendingRequest(view) !== undefined) return {};
  const targetSize = formatQuantity(draft.expansion.requestedBytes);
  const { thresholds } = roleSettings(settings, draft.expansion.role);
  const expansionReason = reasonText(draft.reason, thresholds);
  const isTold = view.annotations[ANNOTATION.targetSize] === targetSize &&
    view.annotations[ANNOTATION.expansionReason] === expansionReason;
  if (isTold) return {};
  return {
    [ANNOTATION.targetSize]: targetSize,
    [ANNOTATION.expansionRequested]: formatTimestamp(view.nowMs),
    [ANNOTATION.expansionReason]: expansionReason,
  };
}

/** The PRD's pattern: what was crossed, and where it lies. */
function reasonText(reason: Reason, { expansion, timeToFullMs }: ThresholdSettings): string {
  const isForetold = reason === "TimeToFullShort" || reason === "FullBeforeGrown";
  return isForetold && timeToFullMs !== undefined
    ? `time-to-full-${writeDuration(timeToFullMs)}`
    : `threshold-breach-${expansion}`;
}
