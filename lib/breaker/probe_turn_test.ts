import { deepEqual, equal, match } from "node:assert/strict";
import { expansionEvent, NOW_MS } from "../testing/builders.ts";
import { after, HOUR } from "../units/millis.ts";
import { PROBE_MS_MAX, TURN_MS, waitForProbe } from "./probe_turn.ts";
import type { SharedFailures } from "./shared_breaker.ts";

const HALF_OPEN = { kind: "half-open", failures: 3, halfOpenAtMs: NOW_MS } as const;
const FAILURES: SharedFailures = { count: 3, lastAtMs: after(NOW_MS, -HOUR) };
const PROBE = { eventUid: "probe-uid", eventName: "stock-expansion", begunAtMs: NOW_MS };

Deno.test("waitForProbe() lets one cluster after the other try", () => {
  for (const turn of [0, 1, 7]) {
    const failures = { ...FAILURES, turn };
    const turnAtMs = after(NOW_MS, TURN_MS * turn);
    equal(waitForProbe(HALF_OPEN, failures, { events: [], nowMs: turnAtMs }), undefined);
    if (turn === 0) continue;
    deepEqual(
      waitForProbe(HALF_OPEN, failures, { events: [], nowMs: after(turnAtMs, -1) })?.untilMs,
      turnAtMs,
    );
  }
});

Deno.test("waitForProbe() keeps everybody waiting for the try that was begun, but who began it", () => {
  const failures = { ...FAILURES, probe: PROBE, turn: 1 };
  const nowMs = after(NOW_MS, HOUR / 4);
  const wait = waitForProbe(HALF_OPEN, failures, { events: [], nowMs });
  equal(wait?.untilMs, after(NOW_MS, PROBE_MS_MAX));
  match(wait?.message ?? "", /stock-expansion/);
  const own = expansionEvent([], { uid: PROBE.eventUid });
  equal(waitForProbe(HALF_OPEN, failures, { events: [own], nowMs }), undefined);
});

Deno.test("waitForProbe() gives a try up that does not end", () => {
  const failures = { ...FAILURES, probe: PROBE, turn: 1 };
  const nowMs = after(NOW_MS, PROBE_MS_MAX);
  equal(waitForProbe(HALF_OPEN, failures, { events: [], nowMs }), undefined);
});
