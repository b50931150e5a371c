/**
 * One report through the whole app of ingest, without a network: token known, body read and checked, answered.
 * Over TLS it is measured by `processes.ts`.
 *
 * @module
 */

import { createIngestWorld } from "../../controller/ingest/testing/ingest_world.ts";
import { reportOf } from "../../controller/testing/builders.ts";

/** Above the rate at which one pod may report. */
const BETWEEN_REPORTS_MS = 2_000;

const world = createIngestWorld();
const VOLUMES = [{ role: "data" }, { role: "wal" }];
await world.send();

Deno.bench("POST /v1/reports with 2 volumes", async (bench) => {
  await world.clock.advance(BETWEEN_REPORTS_MS);
  const body = JSON.stringify(reportOf(VOLUMES, { sequence: world.sent++ }));
  bench.start();
  const { status } = await world.send({ body });
  bench.end();
  if (status !== 200) throw new Error(`Cannot measure: expected status 200, found ${status}`);
});
