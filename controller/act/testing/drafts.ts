/**
 * Drafts and actions for tests.
 *
 * @module
 */

import type { Action, OpenEvent, RequestSize } from "../../../lib/decide/plan.ts";
import type { EventDraft } from "../../../lib/event/event.ts";
import { type Bytes, bytes, GIBIBYTE } from "../../../lib/units/bytes.ts";
import type { ClusterView } from "../../../lib/view/cluster.ts";
import type { Volume } from "../../../lib/view/volume.ts";
import { createActor } from "../act.ts";
import type { ActOutcome } from "../outcome.ts";
import { planOf, type World } from "./world.ts";

/** So many gibibytes. */
export function gibibytes(count: number): Bytes {
  return bytes(count * GIBIBYTE);
}

/** An expansion of all data volumes of a view to 15Gi, at most 20Gi; the first volume is the canary. */
export function expansionDraft(view: ClusterView, fields: Partial<EventDraft> = {}): EventDraft {
  return {
    eventType: "expansion",
    trigger: "threshold-breach",
    dryRun: false,
    reason: "AboveExpansion",
    message: "orders-1/data is above 85 %",
    expansion: {
      role: "data",
      originalBytes: gibibytes(10),
      requestedBytes: gibibytes(15),
      limitBytes: gibibytes(20),
      canaryClaimName: view.volumes[0]?.claim.name ?? "",
      writeBack: "cluster",
      parallelism: 1,
    },
    status: {
      phase: "Pending",
      volumes: view.volumes.map(({ claim, instance }) => ({
        claimName: claim.name,
        claimUid: claim.uid,
        instance,
        step: "Queued",
        originalBytes: gibibytes(10),
      })),
      writeBack: { state: "pending" },
      conditions: [],
    },
    ...fields,
  };
}

/** Opens an expansion of a view. */
export function openExpansion(view: ClusterView, fields: Partial<EventDraft> = {}): OpenEvent {
  return { kind: "open-event", draft: expansionDraft(view, fields) };
}

/** Asks a volume for 15Gi, at most 20Gi. */
export function requestFor(
  eventName: string,
  volume: Volume,
  fields: Partial<RequestSize> = {},
): RequestSize {
  return {
    kind: "request-size",
    eventName,
    instance: volume.instance,
    role: volume.role,
    claimName: volume.claim.name,
    claimUid: volume.claim.uid,
    resourceVersion: volume.claim.resourceVersion,
    capacityBytes: volume.claim.capacityBytes ?? gibibytes(0),
    expectedRequestBytes: volume.claim.requestBytes,
    toBytes: gibibytes(15),
    limitBytes: gibibytes(20),
    lowering: false,
    ...fields,
  };
}

/** Opens an expansion in a world, and gives its name and the view after it. */
export async function openedExpansion(
  world: World,
  fields: Partial<EventDraft> = {},
): Promise<{ readonly eventName: string; readonly view: ClusterView }> {
  const actor = createActor(world.dependencies);
  const view = world.view();
  await actor.act(planOf(openExpansion(view, fields)), view, new AbortController().signal);
  const event = world.view().events.at(-1);
  if (event === undefined) throw new TypeError("Cannot go on: expected an event, found none");
  return { eventName: event.name, view: world.view() };
}

/** Carries actions out with a new actor, against the view as it is now. */
export function actOnce(world: World, ...actions: readonly Action[]): Promise<ActOutcome> {
  const signal = new AbortController().signal;
  return createActor(world.dependencies).act(planOf(...actions), world.view(), signal);
}
