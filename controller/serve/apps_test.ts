import assert from "node:assert/strict";

import { createMetricsApp } from "./metrics_app.ts";
import { createProbeApp, type Probe } from "./probe_app.ts";

const OK: Probe = { ok: true, reasons: [] };
const NOT_OK: Probe = { ok: false, reasons: ["pods: not listed yet"] };

Deno.test("createProbeApp() answers each probe by its own state", async () => {
  const app = createProbeApp({ liveness: () => OK, readiness: () => NOT_OK });
  const healthz = await app.request("/healthz");
  assert.equal(healthz.status, 200);
  const readyz = await app.request("/readyz");
  assert.equal(readyz.status, 503);
  assert.deepEqual(await readyz.json(), NOT_OK);
});

Deno.test("createProbeApp() asks anew for every probe", async () => {
  let probe = NOT_OK;
  const app = createProbeApp({ liveness: () => OK, readiness: () => probe });
  assert.equal((await app.request("/readyz")).status, 503);
  probe = OK;
  assert.equal((await app.request("/readyz")).status, 200);
});

Deno.test("createMetricsApp() prints metrics with their content type", async () => {
  const app = createMetricsApp({
    print: () => Promise.resolve({ text: "a 1\n", contentType: "text/plain; version=0.0.4" }),
  });
  const response = await app.request("/metrics");
  assert.equal(await response.text(), "a 1\n");
  assert.equal(response.headers.get("Content-Type"), "text/plain; version=0.0.4");
  assert.equal((await app.request("/")).status, 404);
});
