import assert from "node:assert/strict";
import { raise } from "../../lib/alert/incident.ts";
import type { AlertProgress, Event, EventStatus } from "../../lib/event/event.ts";
import { NOW_MS, view } from "../../lib/testing/builders.ts";
import { after, MINUTE } from "../../lib/units/millis.ts";
import type { Announcement } from "./announce.ts";
import { alertChanged, alertRaised } from "./announce_alerts.ts";

const { draft } = raise({
  topic: "pressure",
  reason: "AboveExpansion",
  severity: "critical",
  instance: "orders-1",
  role: "data",
  message: "orders-1/data: 86 %",
}, NOW_MS);

function incident(alert: Partial<AlertProgress> = {}): Event {
  return {
    ...draft,
    name: "orders-alert",
    uid: "event-orders-alert",
    resourceVersion: "1",
    createdAtMs: NOW_MS,
    status: statusWith(alert),
  };
}

function statusWith(alert: Partial<AlertProgress>): EventStatus {
  const said = draft.status.alert;
  assert.ok(said !== undefined);
  return { ...draft.status, alert: { ...said, ...alert } };
}

const ABOUT = { action: "Observe", subject: "pressure/orders-1/data" };

function told(announcement: Announcement | undefined): object | undefined {
  if (announcement === undefined) return undefined;
  const { regarding, ...said } = announcement;
  assert.equal(regarding.name, "orders");
  return said;
}

Deno.test("alertRaised() says what the alert says, about its cause", () => {
  assert.deepEqual(told(alertRaised(view(), draft)), {
    ...ABOUT,
    type: "Warning",
    reason: "AboveExpansion",
    note: "orders-1/data: 86 %",
  });
});

const QUIET: readonly [string, Partial<AlertProgress>, Partial<AlertProgress>][] = [
  ["that it is absent", {}, { absentSinceMs: NOW_MS }],
  ["that it came back", { absentSinceMs: NOW_MS }, { repeats: 1 }],
  ["that its level has fallen", {}, { reason: "AboveCritical" }],
  ["that its numbers have moved", {}, { message: "orders-1/data: 87 %" }],
  ["that it weighs less", {}, { reason: "AboveWarning", severity: "warning" }],
];

for (const [what, before, after] of QUIET) {
  Deno.test(`alertChanged() does not say ${what}`, () => {
    assert.equal(alertChanged(view(), incident(before), statusWith(after)), undefined);
  });
}

const LOUD: readonly [string, Partial<AlertProgress>, Partial<AlertProgress>][] = [
  ["that its level has risen", {}, { reason: "AboveEmergency" }],
  ["that it weighs more", { severity: "warning", reason: "AboveWarning" }, {}],
  ["that something else is wrong of what a person wrote", { reason: "RequestUnreadable" }, {
    reason: "RequestUnreadable",
  }],
  ["that it has another reason", { reason: "CooldownActive" }, { reason: "OperatorBusy" }],
];

for (const [what, before, after] of LOUD) {
  Deno.test(`alertChanged() says ${what}`, () => {
    const message = "orders-1/data: worse";
    const status = statusWith({ ...after, message });
    assert.deepEqual(told(alertChanged(view(), incident(before), status)), {
      ...ABOUT,
      type: "Warning",
      reason: status.alert?.reason,
      note: message,
    });
  });
}

Deno.test("alertChanged() says that an alert is over", () => {
  const status: EventStatus = {
    ...statusWith({}),
    phase: "Completed",
    completedAtMs: after(NOW_MS, MINUTE),
    conditions: [{ type: "Resolved", status: "True", reason: "AlertResolved", message: "Gone" }],
  };
  assert.deepEqual(told(alertChanged(view(), incident(), status)), {
    ...ABOUT,
    type: "Normal",
    reason: "AlertResolved",
    note: "Gone: orders-1/data: 86 %",
  });
});

Deno.test("alertChanged() says nothing of events that are no alerts", () => {
  const { alert: _alert, ...record } = incident();
  assert.equal(alertChanged(view(), record, statusWith({ reason: "AboveEmergency" })), undefined);
});
