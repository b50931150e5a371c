import assert from "node:assert/strict";
import type { AlertIntent } from "../decide/plan.ts";
import { alertCause } from "./cause.ts";
import { INCIDENTS_MAX, limitIntents } from "./limit_intents.ts";
import { levelAlert } from "./testing/incident_store.ts";

function many(count: number, fields: Partial<AlertIntent> = {}): AlertIntent[] {
  return Array.from(
    { length: count },
    (_, index) => levelAlert({ ...fields, instance: `orders-${index + 1}` }),
  );
}

Deno.test("limitIntents() keeps the gravest alert of each cause", () => {
  const warning = levelAlert({ reason: "AboveWarning", severity: "warning" });
  const grave = levelAlert();
  assert.deepEqual(limitIntents([warning, grave, warning], new Set()), [grave]);
});

Deno.test("limitIntents() keeps as many as a cluster may have", () => {
  const intents = many(INCIDENTS_MAX);
  assert.deepEqual(limitIntents(intents, new Set()), intents);
});

Deno.test("limitIntents() lets one alert stand for the rest, after open and critical ones", () => {
  const warnings = many(INCIDENTS_MAX + 5, { severity: "warning", reason: "AboveWarning" });
  const last = warnings.at(-1);
  assert.ok(last !== undefined);
  const critical = levelAlert({ instance: "orders-99" });
  const told = limitIntents([...warnings, critical], new Set([alertCause(last)]));
  assert.equal(told.length, INCIDENTS_MAX);
  assert.deepEqual(told.slice(0, 2), [last, critical]);
  const { reason, severity, message } = told.at(-1) ?? assert.fail();
  assert.deepEqual([reason, severity], ["MoreAlerts", "warning"]);
  assert.match(message, /^7 more alerts, the first of them: orders-1\/data/);
});
