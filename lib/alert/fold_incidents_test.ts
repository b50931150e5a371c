import assert from "node:assert/strict";
import type { AlertIntent } from "../decide/plan.ts";
import { NOW_MS } from "../testing/builders.ts";
import { after, type Millis, MINUTE } from "../units/millis.ts";
import { clip } from "../event/write_fields.ts";
import { foldIncidents, isReworded } from "./fold_incidents.ts";
import { openIncidents, RESOLVED_AFTER_MS, STANDS_MS } from "./incident.ts";
import { createIncidentStore, levelAlert, openProgress } from "./testing/incident_store.ts";

interface Clockwork {
  readonly store: ReturnType<typeof createIncidentStore>;
  /** Folds the alerts at a time, carries out what comes of it, and gives when to look again. */
  at(nowMs: Millis, intents: readonly AlertIntent[], isUnclear?: boolean): Millis | undefined;
}

function createClockwork(): Clockwork {
  const store = createIncidentStore();
  return {
    store,
    at(nowMs, intents, isUnclear = false): Millis | undefined {
      const { actions, wakeAtMs } = foldIncidents({
        nowMs,
        incidents: openIncidents(store.events),
        intents,
        isUnclear: () => isUnclear,
      });
      store.carryOut(actions, nowMs);
      return wakeAtMs;
    },
  };
}

const LATER_MS = after(NOW_MS, STANDS_MS);

Deno.test("foldIncidents() raises an alert once, and writes nothing while only its numbers move", () => {
  const { store, at } = createClockwork();
  assert.equal(at(NOW_MS, [levelAlert()]), undefined);
  assert.equal(at(LATER_MS, [levelAlert({ message: "82 %" })]), undefined);
  assert.equal(store.writes, 1);
  assert.deepEqual(openProgress(store), [{
    severity: "critical",
    reason: "AboveCritical",
    message: "orders-1/data: 81 %",
    repeats: 0,
    firstRaisedAtMs: NOW_MS,
    lastRaisedAtMs: NOW_MS,
  }]);
});

Deno.test("foldIncidents() writes at once what is worse, in the same incident", () => {
  const { store, at } = createClockwork();
  at(NOW_MS, [levelAlert({ reason: "AboveWarning", severity: "warning" })]);
  at(after(NOW_MS, 1), [levelAlert()]);
  at(after(NOW_MS, 2), [levelAlert({ reason: "AboveEmergency", message: "91 %" })]);
  assert.equal(store.events.length, 1);
  const [progress] = openProgress(store);
  assert.deepEqual(
    [progress?.severity, progress?.reason, progress?.message, progress?.firstRaisedAtMs],
    ["critical", "AboveEmergency", "91 %", NOW_MS],
  );
});

Deno.test("foldIncidents() writes at once that a person has made another mistake", () => {
  const { store, at } = createClockwork();
  const unreadable = { topic: undefined, reason: "RequestUnreadable" } as const;
  at(NOW_MS, [levelAlert({ ...unreadable, message: 'target-size: found "20GB"' })]);
  const other = [levelAlert({ ...unreadable, message: 'expansion-reason: found "nonsense"' })];
  at(after(NOW_MS, 1), other);
  at(after(NOW_MS, 2), other);
  assert.equal(store.writes, 2);
  assert.equal(openProgress(store)[0]?.message, 'expansion-reason: found "nonsense"');
});

Deno.test("isReworded() is false of a message that was clipped when it was written", () => {
  const [reason, message] = ["PolicyInvalid", "x".repeat(5_000)] as const;
  assert.equal(isReworded({ reason, message }, { reason, message: clip(message) }), false);
  assert.equal(isReworded({ reason, message }, { reason, message: "y" }), true);
});

Deno.test("foldIncidents() lets what was said stand for a while before it says something milder", () => {
  const { store, at } = createClockwork();
  const milder = [levelAlert({ reason: "AboveWarning", severity: "warning" })];
  at(NOW_MS, [levelAlert()]);
  assert.equal(at(after(NOW_MS, 1), milder), LATER_MS);
  assert.equal(store.writes, 1);
  at(LATER_MS, milder);
  assert.equal(openProgress(store)[0]?.severity, "warning");
});

Deno.test("foldIncidents() resolves an alert after it was absent for a while", () => {
  const { store, at } = createClockwork();
  at(NOW_MS, [levelAlert()]);
  assert.equal(at(after(NOW_MS, 1), []), LATER_MS);
  assert.equal(store.writes, 1);
  at(LATER_MS, []);
  const overMs = after(LATER_MS, RESOLVED_AFTER_MS);
  assert.equal(at(after(overMs, -1), []), overMs);
  assert.equal(openProgress(store)[0]?.absentSinceMs, LATER_MS);
  assert.equal(at(overMs, []), undefined);
  const [{ status } = store.events[0] ?? assert.fail()] = store.events;
  assert.deepEqual([status.phase, status.completedAtMs], ["Completed", overMs]);
  assert.deepEqual(status.conditions.map(({ type, reason }) => [type, reason]), [
    ["Resolved", "AlertResolved"],
  ]);
  at(after(overMs, 1), []);
  assert.equal(store.writes, 3);
});

Deno.test("foldIncidents() counts an alert that comes back before it was over, in the same incident", () => {
  const { store, at } = createClockwork();
  at(NOW_MS, [levelAlert()]);
  at(LATER_MS, []);
  const backMs = after(LATER_MS, RESOLVED_AFTER_MS - 1);
  at(backMs, [levelAlert()]);
  const [progress] = openProgress(store);
  assert.deepEqual(
    [store.events.length, progress?.repeats, progress?.absentSinceMs, progress?.lastRaisedAtMs],
    [1, 1, undefined, backMs],
  );
});

Deno.test("foldIncidents() leaves an incident alone of which nothing is known", () => {
  const { store, at } = createClockwork();
  at(NOW_MS, [levelAlert()]);
  assert.equal(at(after(NOW_MS, 60 * MINUTE), [], true), undefined);
  assert.equal(store.writes, 1);
});

Deno.test("foldIncidents() ends the younger of two incidents of one cause", () => {
  const { store, at } = createClockwork();
  at(NOW_MS, [levelAlert()]);
  const twin = createClockwork();
  twin.at(after(NOW_MS, 1), [levelAlert()]);
  const incidents = openIncidents([...store.events, ...twin.store.events]);
  const { actions } = foldIncidents({
    nowMs: LATER_MS,
    incidents: incidents.map((incident, index) => ({
      ...incident,
      event: { ...incident.event, name: `orders-alert-${index}` },
    })),
    intents: [levelAlert()],
    isUnclear: () => false,
  });
  assert.deepEqual(
    actions.map((action) =>
      action.kind === "record-status" ? [action.eventName, action.status.phase] : action.kind
    ),
    [["orders-alert-1", "Completed"]],
  );
});

Deno.test("openIncidents() takes an incident without a status for what its spec says", () => {
  const { store, at } = createClockwork();
  at(NOW_MS, [levelAlert()]);
  const died = store.events.map(({ status, ...event }) => {
    const { alert: _alert, ...bare } = status;
    return { ...event, status: bare };
  });
  assert.deepEqual(
    openIncidents(died).map(({ progress }) => progress),
    openIncidents(store.events).map(({ progress }) => progress),
  );
});
