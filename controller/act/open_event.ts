/**
 * Creates a StorageEvent: the beginning of an operation, or the record of one that a dry run declined.
 *
 * One open event per cluster, kind and cause (DESIGN §7). What is open is told by memory, into which every
 * answer is folded. Only an answer that was lost is not there: the name that was tried is therefore kept and
 * tried again, and an event that then exists already is taken over instead of made twice. A process that
 * starts anew has listed every event before it acts.
 *
 * @module
 */

import type { JsonObject, Lane } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { OpenEvent } from "../../lib/decide/plan.ts";
import { storageEventObject } from "../../lib/event/storage_event.ts";
import { storageEventName } from "../../lib/event/storage_event_name.ts";
import { subjectOf } from "../../lib/view/select.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import type { EventDraft } from "../../lib/event/event.ts";
import { eventOpened } from "./announce.ts";
import { alertRaised } from "./announce_alerts.ts";
import { assertOwner } from "./assert_owner.ts";
import { type ActContext, beside, nowOf, pathOf } from "./context.ts";
import { answerOf, classify, during, StaleError } from "./failure.ts";
import type { Effect } from "./outcome.ts";
import { causeOf, isOpen, isSameOperation, openTwin } from "./same_cause.ts";
import { initialStatusPatch } from "./status_patch.ts";

/** Names to try: the first one, and the suffixes -2 to -9 for events of the same second. */
const NAMES_MAX = 9;

/** Lost answers that are remembered; the oldest is given up first: its cluster has long had another plan. */
const LOST_NAMES_MAX = 1_000;

/** Creates StorageEvents, and remembers names whose fate is not known. */
export type EventOpener = (action: OpenEvent, context: ActContext) => Promise<Effect>;

/** Creates an opener that has no answer outstanding. */
export function createEventOpener(): EventOpener {
  const lostNames = new Map<string, string>();

  function remember(key: string, name: string): void {
    lostNames.delete(key);
    lostNames.set(key, name);
    for (const oldest of lostNames.keys()) {
      if (lostNames.size <= LOST_NAMES_MAX) return;
      lostNames.delete(oldest);
    }
  }

  return async function openEvent(action, context): Promise<Effect> {
    const { draft } = action;
    const { namespace, name, uid } = context.view;
    if (openTwin(draft, context.latest.events(namespace, name)) !== undefined) return "already";
    const key = [uid, causeOf(draft)].join("|");
    const baseName = lostNames.get(key) ?? nameFor(action, context);
    let object: JsonObject;
    try {
      if (draft.alert !== undefined) await assertOwner(context.view, context.writer);
      object = await createOrTakeOver(action, baseName, context);
    } catch (error) {
      // A refusal speaks of this try alone: an earlier one whose answer was lost may have gone through.
      const { kind } = classify(error);
      if (kind === "unavailable") remember(key, baseName);
      // Where no record is made people are told all the same, and where nobody knows: one that was made in spite of it
      // comes back with the watch, and is never opened again. The recorder folds repeats.
      if ((kind === "refused" || kind === "unavailable") && draft.alert !== undefined) {
        context.announce(alertRaised(context.view, draft));
      }
      throw error;
    }
    lostNames.delete(key);
    return await setStatus(action, object, context);
  };
}

function nameFor({ draft }: OpenEvent, context: ActContext): string {
  return storageEventName({
    clusterName: context.view.name,
    eventType: draft.eventType,
    role: draft.expansion?.role,
    cause: draft.alert?.cause ??
      (draft.breaker?.scope === "volume" ? subjectOf(draft.breaker) : draft.breaker?.scope),
    createdAtMs: nowOf(context),
  });
}

async function createOrTakeOver(
  action: OpenEvent,
  baseName: string,
  context: ActContext,
): Promise<JsonObject> {
  for (let number = 1; number <= NAMES_MAX; number++) {
    const name = number === 1 ? baseName : `${baseName}-${number}`;
    try {
      return await create(action, name, context);
    } catch (error) {
      if (answerOf(error)?.reason !== "AlreadyExists") throw error;
    }
    const existing = await read(name, context);
    if (isSameOperation(existing, action.draft, context.view.uid)) return existing;
  }
  throw new StaleError(
    `Cannot open StorageEvent ${pathOf(context, baseName)}: ` +
      `expected one of ${NAMES_MAX} names to be free, found none`,
  );
}

async function create(action: OpenEvent, name: string, context: ActContext): Promise<JsonObject> {
  const { namespace, name: clusterName, uid } = context.view;
  const cluster = { namespace, name: clusterName, uid };
  const object = storageEventObject(action.draft, { cluster, name });
  const created = await during(
    `creating StorageEvent ${pathOf(context, name)}`,
    () => context.writer.create(STORAGE_EVENTS, namespace, object, laneOf(action)),
  );
  tellOpened(action.draft, name, context);
  return created;
}

function tellOpened(draft: EventDraft, name: string, context: ActContext): void {
  const { view, metrics, announce } = context;
  if (draft.alert === undefined) {
    announce(eventOpened(view, draft, name));
    return;
  }
  announce(alertRaised(view, draft));
  metrics.alertSent({ namespace: view.namespace, cluster: view.name }, draft.alert.severity);
}

/** The first request of a volume waits for its event; a record keeps nothing waiting. */
function laneOf({ draft }: OpenEvent): Lane {
  return draft.eventType === "expansion" && isOpen(draft) ? "volume" : "default";
}

async function read(name: string, context: ActContext): Promise<JsonObject> {
  const object = await during(
    `reading StorageEvent ${pathOf(context, name)}`,
    () => context.writer.get(STORAGE_EVENTS, beside(context, name)),
  );
  context.fold(STORAGE_EVENTS, object);
  return object;
}

/**
 * Writes the status of a new event. One that was taken over keeps the status that it has; where it has none,
 * the spec tells it (`storageEventObject`).
 */
async function setStatus(
  action: OpenEvent,
  object: JsonObject,
  context: ActContext,
): Promise<Effect> {
  if (isJsonObject(object["status"])) return "already";
  const { name, patch } = initialStatusPatch(object, action.draft.status, nowOf(context));
  await during(
    `writing the first status of StorageEvent ${pathOf(context, name)}`,
    () =>
      context.writer.patch(STORAGE_EVENTS, beside(context, name), patch, {
        subresource: "status",
        lane: laneOf(action),
      }),
  );
  return "written";
}
