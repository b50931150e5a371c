import assert from "node:assert/strict";
import { ApiError } from "./api.ts";
import { createFakeClock } from "./testing/fake_clock.ts";
import { createRecordingLogger } from "./testing/recording_logger.ts";
import { createFailureLog, REPEAT_MS, type WatchFailure, watchFailure } from "./watch_failure.ts";

const RETRY = { waitMs: 800, failures: 1 };

Deno.test("watchFailure() keeps the status of an answer, and knows none where there was no answer", () => {
  const refused = new ApiError("Cannot watch pods: 403", { code: 403, reason: "Forbidden" });
  assert.deepEqual(watchFailure("watch", refused), {
    verb: "watch",
    message: "Cannot watch pods: 403",
    code: 403,
  });
  assert.deepEqual(watchFailure("list", new TypeError("connection reset")), {
    verb: "list",
    message: "connection reset",
    code: undefined,
  });
});

Deno.test("logWatchFailure() tells another failure at once and the same one every ten minutes", async () => {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const log = createFailureLog(logger, clock);
  const missing: WatchFailure = { verb: "watch", message: "not found" };
  const told: number[] = [];
  async function failAfter(waitMs: number, failure: WatchFailure): Promise<void> {
    await clock.advance(waitMs);
    log("pods", failure, RETRY);
    told.push(logger.lines.filter(({ level }) => level === "warn").length);
  }
  await failAfter(0, missing);
  await failAfter(30_000, missing);
  await failAfter(REPEAT_MS - 30_001, missing);
  await failAfter(1, missing);
  await failAfter(1_000, { verb: "list", message: "forbidden" });
  await failAfter(1_000, missing);
  assert.deepEqual(told, [1, 1, 1, 2, 3, 4]);
  assert.equal(logger.lines.length, 6);
});
