import assert from "node:assert/strict";
import { createNoHistory } from "./no_history.ts";
import { pastRecord, VOLUME } from "./testing/records.ts";

Deno.test("createNoHistory() takes everything and keeps nothing", async () => {
  const history = createNoHistory();
  history.record(pastRecord({}));
  history.forget(VOLUME.claimUid);
  assert.deepEqual(await history.read([VOLUME], new AbortController().signal), new Map());
  assert.deepEqual(history.state(), { kind: "off" });
  await history.close(1);
});
