import assert from "node:assert/strict";

import { parseStoragePolicy, type StoragePolicy } from "../../lib/policy/storage_policy.ts";
import { STORAGE_POLICIES } from "../observe/resources.ts";
import { createPolicyStatusWriter, type PolicyFindings, policyStatus } from "./policy_status.ts";
import { millis } from "../../lib/units/millis.ts";
import { createWorld, type World } from "./testing/world.ts";

const signal = new AbortController().signal;
const governs: PolicyFindings = { assignment: { managedClusters: ["orders"], conflicts: [] } };

function createPolicy(world: World): void {
  world.kube.put(STORAGE_POLICIES, {
    metadata: { namespace: "shop", name: "gold", generation: 3 },
    spec: {},
  });
}

function policyAt(world: World): StoragePolicy {
  const parsed = parseStoragePolicy(
    world.kube.peek(STORAGE_POLICIES, { namespace: "shop", name: "gold" }),
  );
  assert.ok(parsed.kind === "policy");
  return parsed.policy;
}

Deno.test("writePolicyStatus() writes what it governs, of which generation, and that nobody rivals it", async () => {
  const world = createWorld();
  createPolicy(world);
  const write = createPolicyStatusWriter(world.dependencies);
  const result = await write(policyAt(world), governs, signal);
  assert.deepEqual(result, { kind: "done", effect: "written" });
  const { status } = policyAt(world);
  assert.deepEqual(
    [status.managedClusters, status.observedGeneration, status.lastEvaluated],
    [1, 3, "2026-01-01T00:00:00Z"],
  );
  assert.deepEqual(
    status.conditions?.map(({ type, status: holds, reason }) => [type, holds, reason]),
    [["Active", "True", "PolicyApplied"], ["Conflicting", "False", "NoConflict"]],
  );
});

Deno.test("writePolicyStatus() writes nothing when only time has passed", async () => {
  const world = createWorld();
  createPolicy(world);
  const write = createPolicyStatusWriter(world.dependencies);
  await write(policyAt(world), governs, signal);
  await world.clock.advance(3_600_000);
  const calls = world.kube.calls.length;
  const result = await write(policyAt(world), governs, signal);
  assert.deepEqual(result, { kind: "done", effect: "already" });
  assert.equal(world.kube.calls.length, calls);
});

Deno.test("writePolicyStatus() names the winner and the clusters of a conflict and keeps other times", async () => {
  const world = createWorld();
  createPolicy(world);
  const write = createPolicyStatusWriter(world.dependencies);
  await write(policyAt(world), governs, signal);
  await world.clock.advance(60_000);
  const conflicts = [{ clusterName: "orders", winner: "platinum" }];
  await write(policyAt(world), { assignment: { managedClusters: ["a"], conflicts } }, signal);
  const [active, conflicting] = policyAt(world).status.conditions ?? [];
  assert.equal(active?.lastTransitionTime, "2026-01-01T00:00:00Z");
  assert.equal(conflicting?.lastTransitionTime, "2026-01-01T00:01:00Z");
  assert.equal(conflicting?.reason, "PolicyConflict");
  assert.match(conflicting?.message ?? "", /orders by platinum$/);
});

Deno.test("writePolicyStatus() answers conflict when the policy was changed meanwhile", async () => {
  const world = createWorld();
  createPolicy(world);
  const policy = policyAt(world);
  createPolicy(world);
  const result = await createPolicyStatusWriter(world.dependencies)(policy, governs, signal);
  assert.equal(result.kind, "conflict");
});

Deno.test("policyStatus() is not active where the settings contradict each other", () => {
  const problem = "warning (90) is above critical (80)";
  const status = policyStatus({ generation: 1, status: {} }, { ...governs, problem }, millis(0));
  const [active] = status.conditions ?? [];
  assert.deepEqual([active?.status, active?.reason, active?.message], [
    "False",
    "PolicyInvalid",
    problem,
  ]);
});

Deno.test("policyStatus() counts the conflicts that it does not name", () => {
  const conflicts = Array.from({ length: 12 }, (_, index) => ({
    clusterName: `c${index}`,
    winner: "w",
  }));
  const findings = { assignment: { managedClusters: [], conflicts } };
  const status = policyStatus({ generation: 1, status: {} }, findings, millis(0));
  assert.match(status.conditions?.[1]?.message ?? "", /c9 by w, and 2 more$/);
  assert.match(status.conditions?.[0]?.message ?? "", /governs 0 clusters$/);
});
