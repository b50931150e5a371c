/**
 * What the controller does where the API server does not serve a resource, or does not let it watch one.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createControllerWorld } from "../../controller/reconcile/testing/controller_world.ts";
import { createNoHistory } from "../../controller/history/no_history.ts";
import { readinessOf } from "../../controller/status.ts";
import { ApiError } from "../../kube/api.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";

const RUNNING = new AbortController().signal;

/** Longer than the longest wait between two tries. */
const NEXT_TRY_MS = 60_000;

const HOUR_MS = 3_600_000;

/** Every resource without which nobody can decide. */
const RESOURCES = [
  "clusters.postgresql.cnpg.io",
  "storagepolicies.cnpg.supporttools.io",
  "storageevents.cnpg.supporttools.io",
  "clusterstorages.cnpg.supporttools.io",
  "storageclasses.storage.k8s.io",
  "persistentvolumeclaims",
  "pods",
];

const REFUSALS: readonly (readonly [ApiError, RegExp])[] = [
  [
    new ApiError("Cannot watch it: the API server answered 404 NotFound", {
      code: 404,
      reason: "NotFound",
    }),
    /does not serve it \(404\); \w+/,
  ],
  [
    new ApiError("Cannot watch it: the API server answered 403 Forbidden", {
      code: 403,
      reason: "Forbidden",
    }),
    /the right to watch it in all namespaces is missing \(403\); give the .* get, list and watch/,
  ],
];

for (const name of RESOURCES) {
  for (const [refusal, explained] of REFUSALS) {
    Deno.test(`without ${name} (${refusal.code}) the controller waits, says why, and goes on by itself`, async () => {
      const world = createControllerWorld();
      const [plural = ""] = name.split(".");
      world.kube.refusedWatches.set(plural, refusal);
      const process = await world.start();
      const { controller } = process;
      const running = { controller, candidacy: undefined, history: createNoHistory() };
      world.usedBytes.set("orders-1", 9 * GIBIBYTE);
      const { ok, reasons } = readinessOf(running, RUNNING);
      assert.equal(ok, false);
      assert.equal(reasons.length, 1, reasons.join("; "));
      const [reason = ""] = reasons;
      assert.equal(reason.split(": ")[0], name);
      assert.match(reason, explained);

      await world.clock.advance(HOUR_MS);
      assert.deepEqual(world.writes(), [], "nothing is done while not everything is known");
      const lines = world.logger.lines.filter(({ level }) => level === "warn" || level === "error");
      assert.ok(lines.length >= 1 && lines.length <= 7, `${lines.length} lines in an hour`);
      assert.ok(lines.every(({ fields }) => fields["resource"] === plural));

      world.kube.refusedWatches.clear();
      await world.clock.advance(NEXT_TRY_MS);
      assert.deepEqual(readinessOf(running, RUNNING), {
        ok: true,
        reasons: [],
        impairments: [],
        leadership: undefined,
      });
      await world.report(process);
      await world.clock.advance(1_000);
      assert.ok(world.writes().length > 0);
      await process.kill();
    });
  }
}
