/**
 * Contract: Leases, by which replicas agree on a leader.
 *
 * @module
 */

import assert from "node:assert/strict";
import { LEASE } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertDone, assertRefused, assertRejected } from "./expectations.ts";
import { lease } from "./manifests.ts";

const CONFLICT = { code: 409, reason: "Conflict" } as const;

/** Clauses about Leases. */
export const LEASE_CASES: readonly ContractCase[] = [
  {
    name: "of two who create a Lease one gets it",
    async run({ api, namespace }): Promise<void> {
      const outcomes = await Promise.allSettled(
        ["a", "b"].map((holder) => api.create(LEASE, lease("leader", holder), { namespace })),
      );
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    },
  },
  {
    name: "of two who replace the same version of a Lease one gets it",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(LEASE, lease("leader", ""), { namespace });
      const resourceVersion = textAt(made, "metadata", "resourceVersion");
      const name = { namespace, name: "leader" };
      const outcomes = await Promise.allSettled(
        ["a", "b"].map((holder) =>
          api.replace(LEASE, name, lease("leader", holder, { resourceVersion }))
        ),
      );
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    },
  },
  {
    name: "a renewal under an old version is a conflict, under the present one it is stored",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "leader" };
      const first = await api.create(LEASE, lease("leader", "a"), { namespace });
      const renewed = await api.replace(LEASE, name, {
        ...first,
        spec: { holderIdentity: "a", renewTime: "2026-01-31T12:00:00.123456Z" },
      });
      assert.equal(textAt(renewed, "spec", "renewTime"), "2026-01-31T12:00:00.123456Z");
      assert.equal(at(renewed, "spec", "leaseDurationSeconds"), undefined);
      await assertRejected(api.replace(LEASE, name, first), CONFLICT);
    },
  },
  {
    name: "a Lease is replaced under a resourceVersion only",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(LEASE, lease("leader", "a"), { namespace });
      assertRefused(await request("PUT", path(LEASE, "leader"), { body: lease("leader", "b") }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "metadata.resourceVersion"]],
      });
    },
  },
  {
    name: "a Lease that is gone cannot be renewed",
    async run({ api, namespace }): Promise<void> {
      const name = { namespace, name: "leader" };
      const made = await api.create(LEASE, lease("leader", "a"), { namespace });
      await api.delete(LEASE, name);
      await assertRejected(api.replace(LEASE, name, made), CONFLICT);
    },
  },
  {
    name: "a Lease that is not there is made by a replacement that means no certain one",
    async run({ request, path }): Promise<void> {
      const answer = await request("PUT", path(LEASE, "leader"), { body: lease("leader", "a") });
      assert.equal(textAt(assertDone(answer, 201), "spec", "holderIdentity"), "a");
    },
  },
  {
    name: "a time without six digits of a second is 400",
    async run({ request, path }): Promise<void> {
      const body = {
        ...lease("leader", "a"),
        spec: { holderIdentity: "a", renewTime: "2026-01-31T12:00:00Z" },
      };
      assertRefused(await request("POST", path(LEASE), { body }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
  {
    name: "a Lease lasts longer than nothing",
    async run({ request, path }): Promise<void> {
      const spec = { holderIdentity: "a", leaseDurationSeconds: 0 };
      const body = { ...lease("leader", "a"), spec };
      assertRefused(await request("POST", path(LEASE), { body }), {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "spec.leaseDurationSeconds"]],
      });
    },
  },
];
