/**
 * Contract: Events of `events.k8s.io`.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { NOTE_BYTES_MAX, seriesPatch } from "../../kube/event_object.ts";
import { EVENT } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import type { ContractCase } from "./contract_world.ts";
import { assertRefused } from "./expectations.ts";
import { event } from "./manifests.ts";

/** Members of an Event that are refused, and the field that is blamed. */
const BAD_MEMBERS: Readonly<Record<string, [members: JsonObject, field: string]>> = {
  "no time": [{ eventTime: null }, "eventTime"],
  "no controller": [{ reportingController: "" }, "reportingController"],
  "a controller whose name is not qualified": [
    { reportingController: "a b" },
    "reportingController",
  ],
  "no instance": [{ reportingInstance: "" }, "reportingInstance"],
  "no action": [{ action: "" }, "action"],
  "an action that is too long": [{ action: "a".repeat(129) }, "action"],
  "no reason": [{ reason: "" }, "reason"],
  "a type that nobody knows": [{ type: "Loud" }, "type"],
  "a note that is too long": [{ note: "a".repeat(NOTE_BYTES_MAX + 1) }, "message"],
};

/** Clauses about Events. */
export const EVENT_CASES: readonly ContractCase[] = [
  {
    name: "an Event is stored with what it says",
    async run({ api, namespace }): Promise<void> {
      const made = await api.create(EVENT, event("one", { namespace }), { namespace });
      assert.equal(textAt(made, "note"), "The volume has grown");
      assert.equal(textAt(made, "eventTime"), "2026-01-31T12:00:00.000000Z");
      assert.deepEqual(made["regarding"], {
        apiVersion: "v1",
        kind: "Pod",
        namespace,
        name: "pg-1",
      });
    },
  },
  {
    name: "a note may have as many bytes as the product sends",
    async run({ api, namespace }): Promise<void> {
      const note = "é".repeat(NOTE_BYTES_MAX / 2);
      const made = await api.create(EVENT, event("one", { namespace, note }), { namespace });
      assert.equal(made["note"], note);
    },
  },
  {
    name: "repetitions of an Event are told to it as a series",
    async run({ api, namespace }): Promise<void> {
      await api.create(EVENT, event("one", { namespace }), { namespace });
      const patched = await api.patch(
        EVENT,
        { namespace, name: "one" },
        seriesPatch(2, Date.UTC(2026, 0, 31, 12, 5)),
      );
      assert.deepEqual(patched["series"], {
        count: 2,
        lastObservedTime: "2026-01-31T12:05:00.000000Z",
      });
      assert.equal(textAt(patched, "note"), "The volume has grown");
    },
  },
  {
    name: "a series has happened twice at least",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(EVENT, event("one", { namespace }), { namespace });
      const answer = await request("PATCH", path(EVENT, "one"), {
        headers: { "content-type": "application/merge-patch+json" },
        body: { series: { count: 1, lastObservedTime: "2026-01-31T12:05:00.000000Z" } },
      });
      assertRefused(answer, {
        code: 422,
        reason: "Invalid",
        causes: [["FieldValueInvalid", "series.count"]],
      });
    },
  },
  {
    name: "what an Event has said cannot be changed",
    async run({ api, namespace, request, path }): Promise<void> {
      await api.create(EVENT, event("one", { namespace }), { namespace });
      for (const member of ["note", "reason", "action"]) {
        const answer = await request("PATCH", path(EVENT, "one"), {
          headers: { "content-type": "application/merge-patch+json" },
          body: { [member]: "Other" },
        });
        assertRefused(answer, { code: 422, reason: "Invalid" });
      }
    },
  },
  ...Object.entries(BAD_MEMBERS).map(([sentence, [members, field]]) => ({
    name: `an Event is refused for ${sentence}`,
    async run({ request, path, namespace }): Promise<void> {
      const body = event("one", { namespace, ...members });
      const answer = await request("POST", path(EVENT), { body });
      assertRefused(answer, { code: 422, reason: "Invalid" });
      const blamed = JSON.stringify(at(answer.body, "details", "causes"));
      assert.ok(blamed.includes(`"field":"${field}"`), blamed);
    },
  } satisfies ContractCase)),
  {
    name: "a time without six digits of a second is no eventTime",
    async run({ request, path, namespace }): Promise<void> {
      const body = event("one", { namespace, eventTime: "2026-01-31T12:00:00Z" });
      assertRefused(await request("POST", path(EVENT), { body }), {
        code: 400,
        reason: "BadRequest",
      });
    },
  },
];
