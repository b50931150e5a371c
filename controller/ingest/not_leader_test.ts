import assert from "node:assert/strict";

import { createIngestWorld } from "./testing/ingest_world.ts";
import { createIngestApp } from "./ingest_app.ts";

Deno.test("createIngestApp() asks nobody and takes nothing while another controller leads", async () => {
  const { clock, logger } = createIngestWorld();
  const results: string[] = [];
  let leads = false;
  const app = createIngestApp({
    api: { create: () => assert.fail("no token is reviewed") },
    clock,
    logger,
    directory: {
      synced: () => true,
      findPod: () => undefined,
      findCluster: () => undefined,
    },
    meter: { reportEnded: (result) => void results.push(result) },
    accept: () => assert.fail("no report is taken"),
    leads: () => leads,
    audience: "a",
  });
  const answer = await app.request("/v1/reports", { method: "POST" });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("Retry-After"), "1");
  assert.equal(answer.headers.get("Connection"), "close");
  assert.deepEqual(await answer.json(), {
    reason: "NotLeader",
    message: "Another controller leads, and the Service will lead to it",
  });
  leads = true;
  assert.equal((await app.request("/v1/reports", { method: "POST" })).status, 415);
  assert.deepEqual(results, ["NotLeader", "BodyNotJson"]);
});
