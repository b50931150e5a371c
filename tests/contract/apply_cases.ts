/**
 * Contract: server-side apply, who owns which field.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { at, textAt } from "../lab/claim.ts";
import type { Answer, ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { policy, STORAGE_POLICY } from "./manifests.ts";

/** Applies a spec to the policy `one` in somebody's name. */
function apply(
  { request, path }: ContractWorld,
  fieldManager: string,
  spec: JsonObject,
  search: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return request("PATCH", path(STORAGE_POLICY, "one"), {
    headers: { "content-type": "application/apply-patch+yaml" },
    search: { fieldManager, ...search },
    body: policy("one", spec),
  });
}

/** Who owns fields of the object, and by which operation. */
function managers(object: JsonObject): string[] {
  const entries = at(object, "metadata", "managedFields");
  const list: readonly unknown[] = Array.isArray(entries) ? entries : [];
  return list.map((entry) => `${textAt(entry, "operation")} by ${textAt(entry, "manager")}`);
}

/** Clauses about server-side apply. */
export const APPLY_CASES: readonly ContractCase[] = [
  {
    name: "an apply creates what is not there, with 201, and notes whose it is",
    async run(world): Promise<void> {
      const made = assertDone(await apply(world, "alice", { dryRun: true }), 201);
      assert.deepEqual(made["spec"], { dryRun: true });
      assert.deepEqual(managers(made), ["Apply by alice"]);
    },
  },
  {
    name: "an apply of the same leaves the resourceVersion",
    async run(world): Promise<void> {
      const made = assertDone(await apply(world, "alice", { dryRun: true }), 201);
      const same = assertDone(await apply(world, "alice", { dryRun: true }));
      assert.deepEqual(same["metadata"], made["metadata"]);
    },
  },
  {
    name: "what one applies no more goes, what others own stays",
    async run(world): Promise<void> {
      const thresholds = { warning: 60 };
      assertDone(await apply(world, "alice", { dryRun: true, thresholds }), 201);
      assertDone(await apply(world, "bob", { thresholds: { critical: 80 } }));
      const patched = assertDone(await apply(world, "alice", { thresholds: { warning: 61 } }));
      assert.deepEqual(patched["spec"], { thresholds: { warning: 61, critical: 80 } });
    },
  },
  {
    name: "what two own goes with the second who drops it",
    async run(world): Promise<void> {
      const thresholds = { warning: 60 };
      assertDone(await apply(world, "alice", { dryRun: true, thresholds }), 201);
      assertDone(await apply(world, "bob", { dryRun: true, thresholds }));
      const first = assertDone(await apply(world, "alice", { thresholds }));
      assert.deepEqual(first["spec"], { dryRun: true, thresholds });
      const second = assertDone(await apply(world, "bob", { thresholds }));
      assert.deepEqual(second["spec"], { thresholds });
    },
  },
  {
    name: "an apply to a field of another owner is a conflict that names both",
    async run(world): Promise<void> {
      assertDone(await apply(world, "alice", { dryRun: true }), 201);
      assertRefused(await apply(world, "bob", { dryRun: false }), {
        code: 409,
        reason: "Conflict",
        message: /conflict with "alice".*\.spec\.dryRun/s,
        causes: [["FieldManagerConflict", ".spec.dryRun"]],
      });
    },
  },
  {
    name: "force takes a field away from its owner",
    async run(world): Promise<void> {
      assertDone(await apply(world, "alice", { dryRun: true, thresholds: { warning: 60 } }), 201);
      const forced = assertDone(await apply(world, "bob", { dryRun: false }, { force: "true" }));
      assert.equal(at(forced, "spec", "dryRun"), false);
      assert.deepEqual(managers(forced).toSorted(), ["Apply by alice", "Apply by bob"]);
      const after = assertDone(await apply(world, "alice", { thresholds: { warning: 60 } }));
      assert.equal(at(after, "spec", "dryRun"), false);
    },
  },
  {
    name: "who patched a field owns it: an apply of another value is a conflict",
    async run(world): Promise<void> {
      const { api, namespace } = world;
      await api.create(STORAGE_POLICY, policy("one"), { namespace, fieldManager: "carol" });
      const patched = await api.patch(STORAGE_POLICY, { namespace, name: "one" }, {
        type: "merge",
        body: { spec: { dryRun: true } },
      }, { fieldManager: "dave" });
      assert.ok(managers(patched).includes("Update by dave"));
      assertRefused(await apply(world, "bob", { dryRun: false }), {
        code: 409,
        reason: "Conflict",
        causes: [["FieldManagerConflict", ".spec.dryRun"]],
      });
    },
  },
  {
    name: "an apply is somebody's",
    async run({ request, path }): Promise<void> {
      const answer = await request("PATCH", path(STORAGE_POLICY, "one"), {
        headers: { "content-type": "application/apply-patch+yaml" },
        body: policy("one"),
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueRequired", "fieldManager"]],
      });
    },
  },
  {
    name: "an apply does not bring its own managedFields",
    async run({ request, path }): Promise<void> {
      const answer = await request("PATCH", path(STORAGE_POLICY, "one"), {
        headers: { "content-type": "application/apply-patch+yaml" },
        search: { fieldManager: "alice" },
        body: policy("one", {}, { managedFields: [{ manager: "alice", operation: "Apply" }] }),
      });
      assertRefused(answer, {
        code: 400,
        reason: "BadRequest",
        message: /managedFields must be nil/,
      });
    },
  },
  {
    name: "an apply is validated",
    async run(world): Promise<void> {
      assertRefused(await apply(world, "alice", { thresholds: { warning: 0 } }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "spec.thresholds.warning"]],
      });
    },
  },
  {
    name: "an apply that names an old resourceVersion is a conflict",
    async run(world): Promise<void> {
      const made = assertDone(await apply(world, "alice", { dryRun: true }), 201);
      assertDone(await apply(world, "alice", { dryRun: false }));
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      const answer = await world.request("PATCH", world.path(STORAGE_POLICY, "one"), {
        headers: { "content-type": "application/apply-patch+yaml" },
        search: { fieldManager: "alice" },
        body: policy("one", { dryRun: true }, { resourceVersion }),
      });
      assertRefused(answer, { code: 409, reason: "Conflict" });
    },
  },
  {
    name: "a dry run of an apply stores nothing",
    async run(world): Promise<void> {
      const answer = await apply(world, "alice", { dryRun: true }, { dryRun: "All" });
      assertDone(answer, 201);
      assert.deepEqual(
        (await world.api.list(STORAGE_POLICY, { namespace: world.namespace })).items,
        [],
      );
    },
  },
];
