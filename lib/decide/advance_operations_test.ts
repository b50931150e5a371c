import assert from "node:assert/strict";

import { RETRY_BASE_MS } from "../breaker/breaker.ts";
import { expansionEvent, NOW_MS, policy, progressOf, view, volume } from "../testing/builders.ts";
import { after, HOUR } from "../units/millis.ts";
import { decide } from "./decide.ts";

const VOLUME = volume();

Deno.test("decide() records with a failure when the next try is due", () => {
  const lateMs = after(NOW_MS, HOUR);
  const requested = progressOf(VOLUME, { step: "Requested", requestedAtMs: NOW_MS });
  const { actions } = decide(
    view({
      nowMs: lateMs,
      volumes: [volume({ claim: { requestBytes: VOLUME.claim.requestBytes } })],
      events: [expansionEvent([requested], { status: { phase: "InProgress" } })],
    }),
    { defaults: policy() },
  );
  const [status] = actions.flatMap((action) =>
    action.kind === "record-status" ? [action.status] : []
  );
  assert.equal(status?.phase, "Failed");
  assert.deepEqual(status?.retry, { count: 1, nextAtMs: after(lateMs, RETRY_BASE_MS) });
});

Deno.test("decide() lets operations of a cluster on its way out be", () => {
  const event = expansionEvent([progressOf(VOLUME)]);
  const { actions } = decide(
    view({ deleting: true, volumes: [VOLUME], events: [event], nowMs: after(NOW_MS, 48 * HOUR) }),
    { defaults: policy() },
  );
  assert.deepEqual(actions, []);
});
