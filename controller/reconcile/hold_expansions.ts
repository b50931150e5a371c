/**
 * Holds new expansions of a cluster while one of its StorageEvents cannot be read.
 *
 * StorageEvents are the only state of operations (DESIGN §8): one that cannot be read may be an operation that
 * another version has begun, or the end of one that a cooldown counts from.
 *
 * @module
 */

import type { Action, Plan } from "../../lib/decide/plan.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import { atLeast } from "../../lib/threshold/level.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { UnreadableObject } from "../observe/observer.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";

/** What an expansion that begins says on the Cluster. */
const REQUEST_KEYS: readonly string[] = [
  ANNOTATION.targetSize,
  ANNOTATION.expansionRequested,
  ANNOTATION.expansionReason,
];

/**
 * The plan without the expansions that can wait. The event is known by its name, which begins with the
 * Cluster's and the type (`storageEventName`): of what is in it, nothing is believed. The hold yields as a
 * cooldown does (DESIGN §5): to an emergency, to a full volume, and to a user's request. These remain behind
 * the checks that look at the claim itself, so that a resize under way is never asked for twice.
 */
export function holdExpansions(
  plan: Plan,
  view: ClusterView,
  unreadable: readonly UnreadableObject[],
): Plan {
  const names = `${view.namespace}/${view.name}-expansion-`;
  const holding = unreadable.find(({ resource, key }) =>
    resource === STORAGE_EVENTS.plural && key.startsWith(names)
  );
  if (holding === undefined) return plan;
  const actions = plan.actions.filter((action) => !canWait(action, plan, view));
  if (actions.length === plan.actions.length) return plan;
  const held = plan.actions.filter((action) => canWait(action, plan, view));
  const reason = "EventUnreadable";
  const message = `StorageEvent ${holding.key} cannot be read: it may be an operation under way. ` +
    "Repair or delete it; expansions that are not urgent wait for that";
  return {
    ...plan,
    actions: actions.flatMap((action) => withoutRequest(action, held)),
    alerts: [...plan.alerts, { reason, severity: "warning", message }],
    trace: [{ reason, message, passed: false }, ...plan.trace],
  };
}

/** An annotation must not tell of an expansion that has not begun. */
function withoutRequest(action: Action, held: readonly Action[]): Action[] {
  if (action.kind !== "annotate") return [action];
  const target = action.annotations[ANNOTATION.targetSize];
  if (target === undefined || !held.some((other) => sizeOf(other) === target)) return [action];
  const annotations = Object.fromEntries(
    Object.entries(action.annotations).filter(([key]) => !REQUEST_KEYS.includes(key)),
  );
  const tellsMore = Object.keys(annotations).some((key) => key !== ANNOTATION.lastCheck);
  return tellsMore ? [{ ...action, annotations }] : [];
}

function sizeOf(action: Action): string | undefined {
  if (action.kind !== "open-event" || action.draft.expansion === undefined) return undefined;
  return formatQuantity(action.draft.expansion.requestedBytes);
}

function canWait(action: Action, { volumes }: Plan, view: ClusterView): boolean {
  if (action.kind !== "open-event" || action.draft.trigger === "manual") return false;
  const { expansion, dryRun } = action.draft;
  if (expansion === undefined || dryRun) return false;
  const volume = view.volumes.find(({ claim }) => claim.name === expansion.canaryClaimName);
  const judged = volumes.find(({ instance, role }) =>
    instance === volume?.instance && role === volume.role
  );
  // A volume that is full by evidence has that level. One of which nothing is known only follows its siblings.
  return judged === undefined || judged.level === "unknown" ||
    !atLeast(judged.level, "emergency");
}
