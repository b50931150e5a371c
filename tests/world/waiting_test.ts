// Goal: what only waits begins when its time has come, neither earlier nor by looking again and again.
// Method: the whole controller in a simulated world, and tables that grow beyond `expansion` and stop below
// `emergency`.

import assert from "node:assert/strict";

import type { PolicySpec } from "../../lib/policy/policy_spec.ts";
import { GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../../lib/units/millis.ts";
import { CLUSTERS } from "../../controller/observe/resources.ts";
import type { World } from "../../sim/mod.ts";
import { addScenario } from "../../sim/world/scenario.ts";
import { createManagedWorld } from "./managed_world.ts";
import { MANAGER } from "./manager.ts";

/** A tick of the world, the queue, and the way to the API server. */
const PROMPT_MS = 3 * SECOND;

/** When the tables are above `expansion`. */
const FULL_AFTER_MS = 325 * SECOND;

const BUSY_AFTER_MS = MINUTE;

interface Story {
  /** May name instants of the world's clock. */
  readonly policy: (startMs: number) => PolicySpec;
  /** Whether users forbid CNPG to touch the cluster a minute after the beginning. */
  readonly busy?: boolean;
  readonly durationMs: number;
}

/** When each claim was patched, and how often the manager wrote anything while the volumes waited. */
interface Course {
  readonly claimWritesAtMs: readonly number[];
  readonly writesAtMs: readonly number[];
}

async function play({ policy, busy = false, durationMs }: Story): Promise<Course> {
  await using managed = await createManagedWorld({ seed: 1 });
  const { world } = managed;
  const startMs = world.clock.now();
  const claimWritesAtMs: number[] = [];
  const writesAtMs: number[] = [];
  world.server.audit(({ user, verb, resource, error, dryRun }) => {
    const reads = verb === "get" || verb === "list" || verb === "watch";
    if (user !== MANAGER || reads || dryRun || error !== undefined) return;
    if (resource.plural === "tokenreviews") return;
    const atMs = world.clock.now() - startMs;
    writesAtMs.push(atMs);
    if (resource.plural === "persistentvolumeclaims") claimWritesAtMs.push(atMs);
  });
  addScenario(world, {
    name: "waits",
    incident: "tables grow, and stop",
    cluster: {
      dataBytes: 10 * GIBIBYTE,
      usedDataBytes: 6 * GIBIBYTE,
      workload: { walBytesPerSecond: 0, dataBytesPerSecond: 8 * MEBIBYTE },
    },
    policy: policy(startMs),
    play(_world, cluster): void {
      if (busy) world.at(startMs + BUSY_AFTER_MS, "users take CNPG away", () => disable(world));
      world.at(startMs + FULL_AFTER_MS, "users stop writing", () => {
        cluster.setWorkload({ walBytesPerSecond: 0, dataBytesPerSecond: 0 });
      });
    },
    durationMs,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  }, { namespace: "shop" });
  managed.start();
  await managed.run(durationMs);
  return { claimWritesAtMs, writesAtMs };
}

/** CNPG counts as busy with a cluster that it may not touch. */
function disable(world: World): void {
  const annotations = { "cnpg.io/reconciliationLoop": "disabled" };
  world.server.patch(
    CLUSTERS,
    { namespace: "shop", name: "waits" },
    { type: "merge", body: { metadata: { annotations } } },
    { user: "a-user" },
  );
}

/** A window of an hour that opens at a full minute, in UTC. */
function windowFrom(openMs: number, emergencyExempt: boolean): PolicySpec {
  const opens = new Date(openMs);
  const schedule = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
  return { maintenanceWindows: [{ schedule, duration: "1h", timeZone: "UTC", emergencyExempt }] };
}

function nextFullMinute(instantMs: number): number {
  return Math.ceil(instantMs / MINUTE) * MINUTE;
}

Deno.test("the controller begins a routine expansion when its window opens", async () => {
  let opensAfterMs = 0;
  const { claimWritesAtMs, writesAtMs } = await play({
    policy(startMs): PolicySpec {
      const opensAtMs = nextFullMinute(startMs + 40 * MINUTE);
      opensAfterMs = opensAtMs - startMs;
      return windowFrom(opensAtMs, true);
    },
    durationMs: 45 * MINUTE,
  });
  const [firstMs = NaN] = claimWritesAtMs;
  assert.ok(firstMs >= opensAfterMs && firstMs <= opensAfterMs + PROMPT_MS, `${firstMs}`);
  const waiting = writesAtMs.filter((atMs) => atMs > 10 * MINUTE && atMs < opensAfterMs);
  assert.deepEqual(waiting, [], "nothing is written while it waits");
});

Deno.test("the controller does not keep an emergency waiting for a window that exempts it", async () => {
  for (const emergencyExempt of [true, false]) {
    const { claimWritesAtMs } = await play({
      policy: (startMs) => ({
        ...windowFrom(nextFullMinute(startMs + 12 * 60 * MINUTE), emergencyExempt),
        thresholds: { warning: 60, critical: 65, expansion: 70, emergency: 75 },
      }),
      durationMs: 15 * MINUTE,
    });
    assert.equal(claimWritesAtMs.length > 0, emergencyExempt);
  }
});

Deno.test("the controller waits a quarter of an hour for CNPG to rest, and begins then", async () => {
  const { claimWritesAtMs } = await play({
    policy: () => ({}),
    busy: true,
    durationMs: 20 * MINUTE,
  });
  const [firstMs = NaN] = claimWritesAtMs;
  const dueMs = BUSY_AFTER_MS + 15 * MINUTE;
  assert.ok(firstMs >= dueMs && firstMs <= dueMs + PROMPT_MS, `${firstMs}`);
});
