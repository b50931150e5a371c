/**
 * Carries a plan out. The only writer (DESIGN §3).
 *
 * @module
 */

import type { Action, Plan } from "../../lib/decide/plan.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { annotate } from "./annotate.ts";
import type { ActContext } from "./context.ts";
import { dependsOn } from "./depends_on.ts";
import { createEventLedger } from "./event_ledger.ts";
import { classify } from "./failure.ts";
import { createPodNudger } from "./nudge_pod.ts";
import { createEventOpener } from "./open_event.ts";
import type { ActOutcome, Done, Effect, Refusal } from "./outcome.ts";
import type { ActDependencies } from "./ports.ts";
import { recordStatus } from "./record_status.ts";
import { requestSize } from "./request_size.ts";
import { writeBack } from "./write_back.ts";
import { createWriter } from "./writer.ts";

/** Carries plans out, one at a time per cluster. */
export interface Actor {
  /**
   * Does what the plan says, in its order, as far as the world still is what the plan was made from.
   * Never rejects: what went wrong is in the outcome.
   */
  act(plan: Plan, view: ClusterView, signal: AbortSignal): Promise<ActOutcome>;
}

type CarryOut = (action: Action, context: ActContext) => Promise<Effect>;

/** Creates the actor of a process. */
export function createActor(dependencies: ActDependencies): Actor {
  const carryOut = createCarryOut();
  return {
    async act(plan, view, signal): Promise<ActOutcome> {
      const writer = createWriter(dependencies, signal);
      const known = dependencies.latest.events(view.namespace, view.name);
      const ledger = createEventLedger(view.namespace, known, writer, dependencies.clock);
      const nudgedPodUids = new Set<string>();
      const context: ActContext = { ...dependencies, view, writer, ledger, nudgedPodUids };
      return await carryOutAll(plan.actions, context, carryOut, signal);
    },
  };
}

function createCarryOut(): CarryOut {
  const nudgePod = createPodNudger();
  const openEvent = createEventOpener();
  return function carryOut(action, context): Promise<Effect> {
    switch (action.kind) {
      case "open-event":
        return openEvent(action, context);
      case "request-size":
        return requestSize(action, context);
      case "nudge-pod":
        return nudgePod(action, context);
      case "record-status":
        return recordStatus(action, context);
      case "write-back":
        return writeBack(action, context);
      case "annotate":
        return annotate(action, context);
    }
  };
}

async function carryOutAll(
  actions: readonly Action[],
  context: ActContext,
  carryOut: CarryOut,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const done: Done[] = [];
  const refusals: Refusal[] = [];
  const skipped: Action[] = [];
  for (const [index, action] of actions.entries()) {
    if (
      refusals.some((refusal) => dependsOn(action, refusal.action)) ||
      isTelling(action) && done.some(movesVolume)
    ) {
      skipped.push(action);
      continue;
    }
    try {
      const effect = await carryOut(action, context);
      done.push({ action, effect });
    } catch (error) {
      const refusal: Refusal = { action, ...classify(error) };
      refusals.push(refusal);
      const stopped = stopFor(refusal, signal);
      if (stopped !== undefined) {
        return { done, refusals, skipped: [...skipped, ...actions.slice(index + 1)], stopped };
      }
      report(refusal, context);
    }
  }
  return { done, refusals, skipped };
}

/** Whether an action only tells people of something. */
function isTelling(action: Action): boolean {
  if (action.kind === "open-event") return action.draft.eventType === "alert";
  return action.kind === "record-status" && action.status.alert !== undefined;
}

/**
 * Whether an action has begun or moved an operation. The answer to its write was folded in, so that the next round
 * follows at once: telling waits for that one, a volume that fills up does not wait for its alerts.
 */
function movesVolume({ action, effect }: Done): boolean {
  if (effect !== "written") return false;
  return action.kind === "request-size" ||
    action.kind === "open-event" && action.draft.eventType === "expansion";
}

function stopFor(refusal: Refusal, signal: AbortSignal): ActOutcome["stopped"] {
  if (signal.aborted) return "aborted";
  return refusal.kind === "not-leader" ? "not-leader" : undefined;
}

/** A conflict is the normal way to learn that somebody else wrote first: no line above debug. */
function report(refusal: Refusal, context: ActContext): void {
  const { action, kind, reason, message } = refusal;
  const { namespace, name } = context.view;
  context.metrics.failed({ namespace, cluster: name }, kind);
  const fields = { namespace, cluster: name, action: action.kind, kind, reason, message };
  if (kind === "conflict") context.logger.debug("an action met a newer state of the world", fields);
  else context.logger.warn("an action failed", fields);
}
