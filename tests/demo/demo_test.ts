import assert from "node:assert/strict";

import * as z from "zod";

import { INCIDENTS } from "../../demo/incidents.ts";
import { permissionsOf } from "../../tools/permissions.ts";
import { runDemo } from "./running_demo.ts";

const durationSchema = z.number().min(0).nullable();
const resultSchema = z.strictObject({
  ok: z.boolean(),
  seed: z.number(),
  clusters: z.array(z.strictObject({
    namespace: z.string(),
    name: z.string(),
    incident: z.string(),
    outcome: z.string(),
    ok: z.boolean(),
    detectedMs: durationSchema,
    requestedMs: durationSchema,
    resolvedMs: durationSchema,
  })),
});

/** Story time within which the manager has to have noticed, however busy the machine is: two is usual. */
const DETECTED_MS_MAX = 10_000;

/** Of what is foreseen agents tell no sooner than of anything else: every half a minute. */
const FORESEEN_MS_MAX = 60_000;

Deno.test("the demonstration ends with every cluster as it should be, and says so in JSON", async () => {
  // Twice as fast as people watch it, because tests that run beside it slow it down.
  const { code, stdout, stderr } = await runDemo(["--once", "--json", "--seed=7", "--speed=40"]);
  assert.equal(code, 0, stderr);
  const result = resultSchema.parse(JSON.parse(stdout));
  assert.deepEqual(result.clusters.filter(({ ok }) => !ok), []);
  assert.equal(result.ok, true);
  assert.equal(result.seed, 7);
  assert.equal(result.clusters.length, INCIDENTS.length);
  for (const [index, { name, scenario, twist }] of INCIDENTS.entries()) {
    const detectedMs = result.clusters[index]?.detectedMs ?? null;
    assert.equal(detectedMs !== null, scenario.expected.outcome !== "untouched", name);
    const limitMs = twist?.kind === "foreseen" ? FORESEEN_MS_MAX : DETECTED_MS_MAX;
    assert.equal((detectedMs ?? 0) <= limitMs, true, name);
  }
});

Deno.test("the demonstration refuses an unknown option with status 2 and its usage", async () => {
  const { code, stdout, stderr } = await runDemo(["--onec"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /'--onec'/);
  assert.match(stderr, /Usage: deno task demo/);
});

Deno.test("the demonstration names the option that helps when its port is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await runDemo(["--once", `--port=${taken.addr.port}`]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`port ${taken.addr.port} .*--port`));
});

Deno.test("the demonstration may talk to this machine alone and write below /tmp alone", async () => {
  const config = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assert.deepEqual(permissionsOf(config, "demo"), [
    { name: "net", values: ["127.0.0.1"] },
    { name: "read", values: [".", "/tmp"] },
    { name: "write", values: ["/tmp"] },
    { name: "env", values: ["LOG_STREAM", "LOG_TOKENS"] },
  ]);
});
