import { deepEqual, equal } from "node:assert/strict";
import {
  expansionEvent,
  failureEvent,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, HOUR, MINUTE } from "../units/millis.ts";
import { RETRY_BASE_MS } from "./breaker.ts";
import { nextRetry } from "./next_retry.ts";

const VOLUME = volume();
const SETTINGS = policy().settings.circuitBreaker;
const ENDED = failureEvent(VOLUME, NOW_MS, { uid: "last" });
const OPEN = expansionEvent([progressOf(VOLUME)], { uid: "last" });

function retryAfter(earlier: number): ReturnType<typeof nextRetry> {
  const failures = Array.from(
    { length: earlier },
    (_, index) =>
      failureEvent(VOLUME, after(NOW_MS, (index - earlier) * MINUTE), { uid: `${index}` }),
  );
  return nextRetry(OPEN, ENDED.status, view({ events: [...failures, OPEN] }), SETTINGS);
}

Deno.test("nextRetry() counts failures in a row, and says when the next try is due", () => {
  deepEqual(retryAfter(0), { count: 1, nextAtMs: after(NOW_MS, RETRY_BASE_MS) });
  deepEqual(retryAfter(1), { count: 2, nextAtMs: after(NOW_MS, 2 * RETRY_BASE_MS) });
  deepEqual(retryAfter(2), { count: 3, nextAtMs: after(NOW_MS, HOUR) });
});

Deno.test("nextRetry() is nothing where no volume has failed by itself", () => {
  const grown = progressOf(VOLUME, { step: "Verified", finishedAtMs: NOW_MS });
  const status = { ...OPEN.status, volumes: [grown] };
  equal(nextRetry(OPEN, status, view({ events: [OPEN] }), SETTINGS), undefined);
});
