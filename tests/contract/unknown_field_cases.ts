/**
 * Contract: what becomes of fields that a schema does not know.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { Answer, ContractCase, ContractWorld } from "./contract_world.ts";
import { assertDone, assertRefused } from "./expectations.ts";
import { policy, STORAGE_POLICY } from "./manifests.ts";

/** A policy with members that no schema knows. */
const ODD_POLICY = {
  ...policy("one", { dryRun: true, dryrun: true, thresholds: { warnings: 60 } }),
  extra: 1,
};

function create(
  { request, path }: ContractWorld,
  search: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return request("POST", path(STORAGE_POLICY), { body: ODD_POLICY, search });
}

/** Clauses about unknown fields. */
export const UNKNOWN_FIELD_CASES: readonly ContractCase[] = [
  {
    name: "unknown fields of a custom resource are pruned",
    async run(world): Promise<void> {
      const made = assertDone(await create(world), 201);
      assert.deepEqual(made["spec"], { dryRun: true, thresholds: {} });
      assert.equal(made["extra"], undefined);
    },
  },
  {
    name: "unknown fields are pruned from patches too",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const same = await api.patch(STORAGE_POLICY, { namespace, name: "one" }, {
        type: "merge",
        body: { spec: { dryrun: true } },
      });
      assert.deepEqual(same, made);
    },
  },
  {
    name: "fieldValidation Warn, the default, names unknown fields in Warning headers",
    async run(world): Promise<void> {
      for (const search of [{}, { fieldValidation: "Warn" }]) {
        const { headers } = await create(world, { ...search, dryRun: "All" });
        const warning = headers.get("warning") ?? "";
        assert.match(warning, /^299 - "unknown field \\"extra\\""/);
        assert.match(warning, /unknown field \\"spec\.dryrun\\"/);
        assert.match(warning, /unknown field \\"spec\.thresholds\.warnings\\"/);
      }
    },
  },
  {
    name: "fieldValidation Ignore says nothing",
    async run(world): Promise<void> {
      const answer = await create(world, { fieldValidation: "Ignore" });
      assertDone(answer, 201);
      assert.equal(answer.headers.get("warning"), null);
    },
  },
  {
    name: "fieldValidation Strict refuses unknown fields of a custom resource",
    async run(world): Promise<void> {
      assertRefused(await create(world, { fieldValidation: "Strict" }), {
        code: 400,
        reason: "BadRequest",
        message: /strict decoding error: .*unknown field "spec\.dryrun"/,
      });
    },
  },
  {
    name: "fieldValidation Strict refuses unknown fields in a patch",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(STORAGE_POLICY, policy("one"), { namespace });
      const answer = await request("PATCH", path(STORAGE_POLICY, "one"), {
        headers: { "content-type": "application/merge-patch+json" },
        search: { fieldValidation: "Strict" },
        body: { spec: { dryrun: true } },
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        message: /unknown field "spec\.dryrun"/,
      });
    },
  },
  {
    name: "fieldValidation knows three words",
    async run(world): Promise<void> {
      assertRefused(await create(world, { fieldValidation: "Loud" }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueNotSupported", "fieldValidation"]],
      });
    },
  },
];
