import assert from "node:assert/strict";
import { parseClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import { isReason, REASONS } from "../../lib/explain/reasons.ts";
import { BLIND, GROWING } from "../testing/sample_objects.ts";
import { remedyOf } from "./remedy.ts";

function storageOf(object: unknown): Parameters<typeof remedyOf>[1] {
  const parsed = parseClusterStorage(object);
  assert.ok(parsed.kind === "cluster-storage");
  return parsed.clusterStorage;
}

Deno.test("every remedy is a sentence with a command that names the namespace", () => {
  for (const reason of Object.keys(REASONS).filter(isReason)) {
    for (const object of [GROWING, BLIND]) {
      const remedy = remedyOf(reason, storageOf(object), "orders-1");
      if (remedy === undefined) continue;
      assert.match(remedy.change, /^[A-Z].*\.$/, reason);
      assert.match(remedy.command, /^kubectl .*-n database/, reason);
      assert.doesNotMatch(remedy.command, /undefined/, reason);
    }
  }
});

/** Reasons, and the command for the growing sample. */
const COMMANDS = {
  Paused: "kubectl annotate cluster.postgresql.cnpg.io orders -n database " +
    "storage.cnpg.supporttools.io/paused-",
  BreakerOpen: "kubectl annotate cluster.postgresql.cnpg.io orders -n database " +
    "storage.cnpg.supporttools.io/reset-circuit-breaker=true",
  DryRun: "kubectl patch storagepolicy.cnpg.supporttools.io production -n database " +
    `--type merge -p '{"spec":{"dryRun":false}}'`,
  ClaimNotBound: "kubectl describe pvc orders-1 -n database",
} as const;

for (const [reason, command] of Object.entries(COMMANDS)) {
  Deno.test(`remedyOf() answers ${reason} with a command to run as it is`, () => {
    assert.ok(isReason(reason));
    assert.equal(remedyOf(reason, storageOf(GROWING), "orders-1")?.command, command);
  });
}

Deno.test("remedyOf() has none for what passes by itself", () => {
  assert.equal(remedyOf("CooldownActive", storageOf(GROWING), "orders-1"), undefined);
});
