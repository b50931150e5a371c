import assert from "node:assert/strict";

import { createOpenStreams } from "./open_streams.ts";
import { createFakeClock } from "./testing/fake_clock.ts";

Deno.test("giveUpSilentSince() gives up streams that brought nothing since, once, and no others", async () => {
  const clock = createFakeClock();
  const streams = createOpenStreams(clock);
  const given: string[] = [];
  streams.add(() => given.push("silent"));
  const living = streams.add(() => given.push("living"));
  streams.add(() => given.push("left"))[Symbol.dispose]();
  const sinceMs = clock.monotonic();
  await clock.advance(1);
  living.touch();
  streams.add(() => given.push("opened since"));
  streams.giveUpSilentSince(sinceMs);
  streams.giveUpSilentSince(sinceMs);
  assert.deepEqual(given, ["silent"]);
});
