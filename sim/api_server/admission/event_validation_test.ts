import assert from "node:assert/strict";
import type { JsonObject } from "../../../kube/api.ts";
import { eventObject } from "../../../kube/event_object.ts";
import { EVENT, LEASE } from "../../../kube/resources.ts";
import { refusal } from "./testing/refusal.ts";

const SENT = eventObject({
  regarding: { apiVersion: "v1", kind: "Pod", namespace: "db", name: "one", uid: "u" },
  type: "Normal",
  reason: "Grown",
  action: "Expand",
  note: "The volume has grown",
}, {
  reportingController: "example.org/manager",
  reportingInstance: "manager-1",
  nowMs: Date.UTC(2026, 0, 31),
  random: () => 0.5,
});

const EVENTS: Readonly<Record<string, [members: JsonObject, refused: string]>> = {
  "lets what the product sends pass": [{}, ""],
  "wants a time": [{ eventTime: undefined }, "eventTime: Required value"],
  "wants a qualified controller": [{ reportingController: "a b" }, "reportingController: Invalid"],
  "wants an instance": [{ reportingInstance: "" }, "reportingInstance: Required value"],
  "wants a short reason": [{ reason: "r".repeat(129) }, "reason: Invalid value"],
  "wants a note of a kilobyte at most": [{ note: "é".repeat(513) }, "message: Invalid value"],
  "wants a type that is known": [{ type: "Loud" }, "has invalid value: Loud"],
  "wants a series to have happened twice": [
    { series: { count: 1, lastObservedTime: "2026-01-31T12:00:00.000000Z" } },
    "series.count: Invalid value",
  ],
  "wants to know when a series was last seen": [
    { series: { count: 2 } },
    "series.lastObservedTime: Required value",
  ],
};

for (const [what, [members, refused]] of Object.entries(EVENTS)) {
  Deno.test(`admissions() ${what} of an Event`, () => {
    const text = refusal(EVENT, "one.1", { object: { ...SENT, ...members } });
    if (refused === "") assert.equal(text, "");
    else assert.ok(text.startsWith("422 Invalid: Event") && text.includes(refused), text);
  });
}

Deno.test("admissions() lets nothing of an Event change but its series", () => {
  const series = { count: 2, lastObservedTime: "2026-01-31T12:00:00.000000Z" };
  assert.equal(refusal(EVENT, "one.1", { object: { ...SENT, series }, previous: SENT }), "");
  assert.match(
    refusal(EVENT, "one.1", { object: { ...SENT, note: "Other" }, previous: SENT }),
    /^422 Invalid: .*note: Invalid value: "Other": field is immutable/,
  );
});

Deno.test("admissions() wants six digits of a second in Events and Leases", () => {
  const eventTime = "2026-01-31T12:00:00Z";
  assert.match(refusal(EVENT, "one.1", { object: { ...SENT, eventTime } }), /^400 BadRequest/);
  const lease = { metadata: { name: "one" }, spec: { renewTime: eventTime } };
  assert.match(refusal(LEASE, "one", { object: lease }), /^400 BadRequest/);
});

Deno.test("admissions() wants a Lease to last", () => {
  const spec = { leaseDurationSeconds: 0, leaseTransitions: -1 };
  assert.match(
    refusal(LEASE, "one", { object: { metadata: { name: "one" }, spec } }),
    /leaseDurationSeconds: Invalid value: 0: .*leaseTransitions: Invalid value: -1: /,
  );
});
