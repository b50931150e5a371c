/**
 * Carries plans out in a small world, and objects at once to one that breaks a promise of DESIGN §5.
 *
 * @module
 */

import assert from "node:assert/strict";

import { decide } from "../decide/decide.ts";
import type { Action, Plan, RequestSize, WriteBackSize } from "../decide/plan.ts";
import type { Event, EventDraft, EventStatus, VolumeProgress } from "../event/event.ts";
import { hasEnded, isOpenExpansion } from "../expansion/history.ts";
import { atLeast } from "../threshold/level.ts";
import { bytes, maxBytes } from "../units/bytes.ts";
import { type Millis, millis, MINUTE } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { ask, type ExpansionWorld, viewOf } from "./expansion_world.ts";

/** What may befall the carrying out of one plan. */
export type Fate =
  | "done"
  /** The process dies after each write to a claim or a Cluster, before its record. */
  | "records-lost"
  /** No write arrives. */
  | "nothing-done"
  /** The API server refuses sizes. */
  | "refused";

/** Decides twice, holds the plan against the promises, and carries it out as fate allows. */
export function playRound(world: ExpansionWorld, fate: Fate = "done"): Plan {
  const seen = viewOf(world);
  const options = { defaults: world.policy };
  const plan = decide(seen, options);
  assert.deepEqual(decide(structuredClone(seen), options), plan, "the same view, another plan");
  assert.ok(plan.wakeAtMs === undefined || plan.wakeAtMs > world.nowMs, "wakes in the past");
  assertMayOpen(plan, seen);
  if (fate === "nothing-done") return plan;
  for (const action of plan.actions) carryOut(action, plan, world, fate);
  assertOneOperationEach(world);
  return plan;
}

function assertMayOpen(plan: Plan, seen: ClusterView): void {
  for (const action of plan.actions) {
    if (action.kind !== "open-event" || action.draft.eventType !== "expansion") continue;
    const canary = seen.volumes.find(({ claim }) =>
      claim.name === action.draft.expansion?.canaryClaimName
    );
    assert.equal(canary?.fileSystem.kind, "known", "an unknown volume triggered");
    assert.notEqual(seen.pause.kind, "paused", "an expansion was opened during a pause");
    assert.equal(seen.governance.kind, "policy", "an expansion was opened without a policy");
  }
}

function assertOneOperationEach(world: ExpansionWorld): void {
  const held = world.events.filter(isOpenExpansion)
    .flatMap(({ status }) => status.volumes.filter((progress) => !hasEnded(progress)))
    .map(({ claimUid }) => claimUid);
  assert.equal(new Set(held).size, held.length, "two operations hold one volume");
}

function carryOut(action: Action, plan: Plan, world: ExpansionWorld, fate: Fate): void {
  switch (action.kind) {
    case "open-event":
      return open(action.draft, world);
    case "request-size":
      return request(action, plan, world, fate);
    case "record-status":
      if (fate !== "records-lost") {
        change(world, action.eventName, (status) => merged(status, action.status));
      }
      return;
    case "nudge-pod": {
      const instance = world.instances.get(action.podName);
      assert.ok(instance && mayAct(world), "a pod was nudged without leave");
      instance.nudged = true;
      return;
    }
    case "write-back":
      return writeBack(action, world, fate);
    case "annotate":
      for (const [key, value] of Object.entries(action.annotations)) {
        if (value === null) delete world.annotations[key];
        else world.annotations[key] = value;
      }
  }
}

function open(
  draft: EventDraft,
  world: ExpansionWorld,
): void {
  const name = `event-${world.events.length + 1}`;
  const created = { ...draft, name, uid: name, resourceVersion: "1", createdAtMs: world.nowMs };
  world.events = [...world.events, created];
}

function request(action: RequestSize, plan: Plan, world: ExpansionWorld, fate: Fate): void {
  const event = world.events.find(({ name }) => name === action.eventName);
  const instance = world.instances.get(action.claimName);
  assert.ok(event?.expansion && instance, "a size was requested for nobody");
  const { capacityBytes = bytes(0), requestBytes } = instance.claim;
  assert.ok(mayAct(world), "a size was requested without leave");
  assert.ok(action.toBytes > capacityBytes, "a request must be above the capacity");
  assert.ok(action.toBytes <= event.expansion.limitBytes, "a request must be within the limit");
  assert.ok(action.toBytes <= (world.policy.settings.expansion.maxSizeBytes ?? Infinity));
  assert.ok(action.lowering === (action.toBytes < requestBytes), "only a lowering may lower");
  if (!action.lowering) assertTurn(action, event, plan);
  if (fate === "refused") {
    const failure = { reason: "ResizeRefused", message: "exceeded quota" } as const;
    return changeVolume(world, event.name, action.claimName, (progress) => ({
      ...progress,
      step: "Failed",
      failure,
      finishedAtMs: world.nowMs,
    }));
  }
  ask(instance, action.toBytes, world);
  if (fate === "records-lost") return;
  changeVolume(
    world,
    event.name,
    action.claimName,
    (progress) =>
      progress.step !== "Queued"
        ? progress
        : { ...progress, step: "Requested", requestedAtMs: world.nowMs },
  );
}

/** The canary grows alone first; a volume in an emergency does not wait for it. */
function assertTurn(action: RequestSize, event: Event, plan: Plan): void {
  const canaryName = event.expansion?.canaryClaimName;
  if (action.claimName === canaryName) return;
  const canary = event.status.volumes.find(({ claimName }) => claimName === canaryName);
  const judged = plan.volumes.find(({ instance }) => instance === action.instance);
  const pressing = judged !== undefined && judged.level !== "unknown" &&
    atLeast(judged.level, "emergency");
  const canaryEnded = canary === undefined || hasEnded(canary) ||
    plan.actions.some((other) =>
      other.kind === "record-status" && other.eventName === event.name &&
      other.status.volumes.some((next) => next.claimName === canaryName && hasEnded(next))
    );
  assert.ok(pressing || canaryEnded, "a volume was asked before its canary had ended");
}

function writeBack(action: WriteBackSize, world: ExpansionWorld, fate: Fate): void {
  const event = world.events.find(({ name }) => name === action.eventName);
  assert.ok(event && mayAct(world), "a spec was written without leave");
  assert.ok(action.toBytes > action.fromBytes, "a spec must never be lowered");
  const wasHad = world.largestBytes >= action.toBytes;
  assert.ok(wasHad, "a spec was written before any volume had the size");
  // Another operation of the same plan may have declared more: that is read before each write.
  world.declaredBytes = maxBytes(world.declaredBytes, action.toBytes);
  if (fate === "records-lost") return;
  change(world, action.eventName, (status) => ({ ...status, writeBack: { state: "done" } }));
}

function mayAct(world: ExpansionWorld): boolean {
  return world.governed && !world.paused && !world.policy.settings.dryRun;
}

function change(
  world: ExpansionWorld,
  name: string,
  to: (status: EventStatus) => EventStatus,
): void {
  world.events = world.events.map((event) =>
    event.name === name ? { ...event, status: to(event.status) } : event
  );
}

function changeVolume(
  world: ExpansionWorld,
  name: string,
  claimName: string,
  to: (progress: VolumeProgress) => VolumeProgress,
): void {
  change(world, name, (status) => ({
    ...status,
    volumes: status.volumes.map((progress) =>
      progress.claimName === claimName ? to(progress) : progress
    ),
  }));
}

/** A step that was recorded while the plan was carried out is not undone by the plan's own record. */
function merged(present: EventStatus, next: EventStatus): EventStatus {
  const volumes = next.volumes.map((progress) => {
    const known = present.volumes.find(({ claimUid }) => claimUid === progress.claimUid);
    return progress.step === "Queued" && known !== undefined ? known : progress;
  });
  return { ...next, volumes };
}

/** Longer than any operation on `count` volumes may take when nothing answers. */
export function longestOperationMs(count: number): Millis {
  return millis(count * 25 * MINUTE + 15 * MINUTE);
}
