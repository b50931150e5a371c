// Incidents at the API server: what is written, said and counted, whatever fails and whoever leads.

import assert from "node:assert/strict";

import { tellAlerts } from "../../lib/alert/tell_alerts.ts";
import { INCIDENTS_MAX } from "../../lib/alert/limit_intents.ts";
import type { AlertIntent } from "../../lib/decide/plan.ts";
import type { Event } from "../../lib/event/event.ts";
import { governedBy, policy } from "../../lib/testing/builders.ts";
import { MINUTE } from "../../lib/units/millis.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import { failure } from "../testing/fake_kube.ts";
import { createActor } from "./act.ts";
import type { ActOutcome } from "./outcome.ts";
import { openExpansion } from "./testing/drafts.ts";
import { createWorld, eventOf, planOf, type World } from "./testing/world.ts";

const LEVEL: AlertIntent = {
  topic: "pressure",
  reason: "AboveCritical",
  severity: "critical",
  instance: "orders-1",
  role: "data",
  message: "orders-1/data: 81 %",
};

/** One round of a process that was just started: it knows what is stored, and nothing else. */
function tell(world: World, ...alerts: readonly AlertIntent[]): Promise<ActOutcome> {
  world.sync();
  const view = { ...world.view(), governance: governedBy(policy()), volumes: [] };
  const { plan } = tellAlerts({ ...planOf(), alerts }, view);
  return createActor(world.dependencies).act(plan, view, new AbortController().signal);
}

function stored(world: World): Event[] {
  return world.kube.all(STORAGE_EVENTS).map(eventOf);
}

function said(world: World): string[] {
  return world.announcements.map(({ type, reason }) => `${type} ${reason}`);
}

function writes(world: World): number {
  return world.kube.calls.filter(({ verb }) => verb === "create" || verb === "patch").length;
}

Deno.test("act() says an alert when it is raised, worse and over, and counts what it says", async () => {
  const world = createWorld();
  await tell(world, { ...LEVEL, reason: "AboveWarning", severity: "warning" });
  await tell(world, LEVEL);
  await tell(world, { ...LEVEL, message: "orders-1/data: 82 %" });
  await world.clock.advance(MINUTE);
  await tell(world);
  await world.clock.advance(MINUTE);
  await tell(world, LEVEL);
  for (let round = 0; round < 3; round++) {
    await world.clock.advance(6 * MINUTE);
    await tell(world);
  }
  assert.deepEqual(said(world), [
    "Warning AboveWarning",
    "Warning AboveCritical",
    "Normal AlertResolved",
  ]);
  assert.deepEqual(world.alertCounts, ["sent warning", "sent critical", "suppressed repeated"]);
  const [{ status, name } = assert.fail(), ...others] = stored(world);
  assert.deepEqual(others, []);
  assert.equal(name, "orders-alert-pressure-orders-1-data-20260101-000000");
  assert.equal(status.phase, "Completed");
  assert.equal(status.alert?.repeats, 1);
});

Deno.test("act() writes nothing of an alert that stands, whichever process looks", async () => {
  const world = createWorld();
  await tell(world, LEVEL);
  const before = writes(world);
  for (let round = 0; round < 5; round++) {
    await world.clock.advance(MINUTE);
    await tell(world, { ...LEVEL, message: `orders-1/data: 8${round} %` });
  }
  assert.equal(writes(world), before);
  assert.equal(world.announcements.length, 1);
});

Deno.test("act() raises as many incidents in one second as a cluster may have", async () => {
  const world = createWorld();
  const alerts = Array.from(
    { length: INCIDENTS_MAX + 8 },
    (_, index): AlertIntent => ({ ...LEVEL, instance: `orders-${index + 1}` }),
  );
  const { refusals } = await tell(world, ...alerts);
  assert.deepEqual(refusals, []);
  assert.equal(stored(world).length, INCIDENTS_MAX);
  assert.equal(stored(world).at(-1)?.reason, "MoreAlerts");
});

Deno.test("act() ends with one incident whatever becomes of each of its calls", async () => {
  const calm = createWorld();
  await tell(calm, LEVEL);
  const calls = calm.kube.calls.length;
  for (let index = 0; index < calls; index++) {
    for (const when of ["before", "after"] as const) {
      const world = createWorld();
      let seen = 0;
      world.kube.failWhen(() =>
        seen++ === index ? { when, error: new TypeError("connection closed") } : undefined
      );
      await tell(world, LEVEL);
      await tell(world, LEVEL);
      const causes = stored(world).map(({ alert, status }) => [alert?.cause, status.phase]);
      assert.deepEqual(causes, [["pressure/orders-1/data", "InProgress"]], `${index} ${when}`);
    }
  }
});

Deno.test("act() says an alert even where its record is refused", async () => {
  const world = createWorld();
  world.kube.failWhen(({ verb }) =>
    verb === "create"
      ? { when: "before", error: failure(403, "Forbidden", "not allowed") }
      : undefined
  );
  const { refusals } = await tell(world, LEVEL);
  assert.deepEqual(refusals.map(({ kind }) => kind), ["refused"]);
  assert.deepEqual(said(world), ["Warning AboveCritical"]);
});

Deno.test("act() lets telling wait for the round after an operation has begun", async () => {
  const world = createWorld();
  const view = { ...world.view(), governance: governedBy(policy()) };
  const emergency = { ...LEVEL, reason: "AboveEmergency" } as const;
  const { plan } = tellAlerts({ ...planOf(openExpansion(view)), alerts: [emergency] }, view);
  const actor = createActor(world.dependencies);
  const outcome = await actor.act(plan, view, new AbortController().signal);
  assert.deepEqual(outcome.skipped.map(({ kind }) => kind), ["open-event"]);
  assert.deepEqual(stored(world).map(({ eventType }) => eventType), ["expansion"]);
  await tell(world, emergency);
  assert.deepEqual(stored(world).map(({ eventType }) => eventType).sort(), ["alert", "expansion"]);
});

Deno.test("act() says an alert whose record was made and not answered", async () => {
  const world = createWorld();
  world.kube.failWhen(({ verb }) =>
    verb === "create" ? { when: "after", error: new TypeError("connection closed") } : undefined
  );
  await tell(world, LEVEL);
  assert.deepEqual(said(world), ["Warning AboveCritical"]);
  world.kube.failWhen(() => undefined);
  // The watch has brought the record: nothing is opened any more.
  await tell(world, LEVEL);
  assert.equal(stored(world).length, 1);
  assert.deepEqual(said(world), ["Warning AboveCritical"]);
});
