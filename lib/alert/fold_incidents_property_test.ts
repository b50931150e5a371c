// Incidents as a state machine: alerts come and go, processes crash, and the promises hold all the same.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { AlertIntent } from "../decide/plan.ts";
import type { Event } from "../event/event.ts";
import { NOW_MS } from "../testing/builders.ts";
import { after, type Millis, MINUTE } from "../units/millis.ts";
import { alertCause } from "./cause.ts";
import { foldIncidents } from "./fold_incidents.ts";
import { openIncidents, RESOLVED_AFTER_MS, STANDS_MS } from "./incident.ts";
import { createIncidentStore, type IncidentStore, levelAlert } from "./testing/incident_store.ts";

const REASONS = ["AboveWarning", "AboveCritical", "AboveEmergency"] as const;

const intent = fc.record({
  instance: fc.constantFrom("orders-1", "orders-2", "orders-3"),
  reason: fc.constantFrom(...REASONS),
}).map(({ instance, reason }): AlertIntent =>
  levelAlert({ instance, reason, severity: reason === "AboveWarning" ? "warning" : "critical" })
);

const round = fc.record({
  waitMs: fc.integer({ min: 0, max: 8 * MINUTE }),
  intents: fc.uniqueArray(intent, { maxLength: 3, selector: alertCause }),
  /** So many of the writes are lost, with the process that made them. */
  lost: fc.integer({ min: 0, max: 3 }),
});

function fold(
  store: IncidentStore,
  intents: readonly AlertIntent[],
  nowMs: Millis,
): ReturnType<typeof foldIncidents> {
  const incidents = openIncidents(store.events);
  return foldIncidents({ nowMs, incidents, intents, isUnclear: () => false });
}

function openCauses({ events }: IncidentStore): string[] {
  return openIncidents(events).map(({ subject }) => subject.cause).sort();
}

function assertKeptPromises(events: readonly Event[]): void {
  for (const { name, status } of events) {
    const { alert, completedAtMs } = status;
    if (completedAtMs === undefined || alert === undefined) continue;
    const absentMs = completedAtMs - (alert.absentSinceMs ?? completedAtMs);
    assert.ok(absentMs >= RESOLVED_AFTER_MS, `${name} was absent for ${absentMs} ms`);
  }
}

Deno.test("foldIncidents() keeps one incident a cause whatever comes, goes and crashes", () => {
  fc.assert(fc.property(fc.array(round, { maxLength: 30 }), (rounds) => {
    const store = createIncidentStore();
    let nowMs = NOW_MS;
    for (const { waitMs, intents, lost } of rounds) {
      nowMs = after(nowMs, waitMs);
      const { actions } = fold(store, intents, nowMs);
      store.carryOut(actions, nowMs, Math.min(lost, actions.length));
      // Whoever comes next finishes what was begun, and then nothing is left to do.
      store.carryOut(fold(store, intents, nowMs).actions, nowMs);
      assert.deepEqual(fold(store, intents, nowMs).actions, []);
      const causes = openCauses(store);
      assert.deepEqual(causes, [...new Set(causes)]);
      for (const raised of intents) assert.ok(causes.includes(alertCause(raised)));
    }
    assertKeptPromises(store.events);
  }));
});

Deno.test("foldIncidents() ends every incident by waiting alone, at the moments that it names", () => {
  fc.assert(fc.property(fc.array(round, { minLength: 1, maxLength: 10 }), (rounds) => {
    const store = createIncidentStore();
    let nowMs = NOW_MS;
    for (const { waitMs, intents } of rounds) {
      nowMs = after(nowMs, waitMs);
      store.carryOut(fold(store, intents, nowMs).actions, nowMs);
    }
    const endMs = after(nowMs, STANDS_MS + RESOLVED_AFTER_MS);
    for (;;) {
      store.carryOut(fold(store, [], nowMs).actions, nowMs);
      const { actions, wakeAtMs } = fold(store, [], nowMs);
      assert.deepEqual(actions, []);
      if (wakeAtMs === undefined) break;
      assert.ok(wakeAtMs > nowMs && wakeAtMs <= endMs);
      nowMs = wakeAtMs;
    }
    assert.deepEqual(openCauses(store), []);
  }));
});

Deno.test("foldIncidents() writes a swinging cause no more than three times a minute", () => {
  const store = createIncidentStore();
  for (let second = 0; second < 600; second++) {
    const intents = second % 2 === 0 ? [levelAlert()] : [];
    const nowMs = after(NOW_MS, second * 1000);
    store.carryOut(fold(store, intents, nowMs).actions, nowMs);
  }
  assert.ok(store.writes <= 30, `${store.writes} writes`);
  assert.equal(store.events.length, 1);
});
