import assert from "node:assert/strict";

import { ApiError } from "../../../kube/api.ts";
import { statusAnswer } from "./status.ts";
import { invalidCauses } from "./status_causes.ts";

const target = { group: "example.com", kind: "Thing", plural: "things", name: "x" };

function invalid(problems: string): ApiError {
  const message = `Thing.example.com "x" is invalid: ${problems}`;
  return new ApiError(message, { code: 422, reason: "Invalid" });
}

Deno.test("statusAnswer() tells what was not found", () => {
  const { code, body, headers } = statusAnswer(
    new ApiError('things.example.com "x" not found', { code: 404, reason: "NotFound" }),
    target,
  );
  assert.equal(code, 404);
  assert.deepEqual(headers, {});
  assert.deepEqual(JSON.parse(JSON.stringify(body)), {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: 'things.example.com "x" not found',
    reason: "NotFound",
    details: { name: "x", group: "example.com", kind: "things" },
    code: 404,
  });
});

Deno.test("statusAnswer() asks to wait in the header and in the details", () => {
  const error = new ApiError("busy", { code: 429, reason: "TooManyRequests", retryAfterMs: 1_500 });
  const { headers, body } = statusAnswer(error);
  assert.deepEqual(headers, { "retry-after": "2" });
  assert.ok(typeof body === "object");
  assert.deepEqual(body["details"], { retryAfterSeconds: 2 });
});

Deno.test("statusAnswer() names the kind of what is invalid, and the causes", () => {
  const { body } = statusAnswer(invalid("spec.a: Required value"), target);
  assert.ok(typeof body === "object");
  assert.deepEqual(JSON.parse(JSON.stringify(body["details"])), {
    name: "x",
    group: "example.com",
    kind: "Thing",
    causes: [{ reason: "FieldValueRequired", message: "Required value", field: "spec.a" }],
  });
});

Deno.test("invalidCauses() tells apart fields whose texts hold commas", () => {
  const causes = invalidCauses(invalid(
    '[spec.a: Unsupported value: "x": supported values: "y", "z", ' +
      'spec.b[0].c: Invalid value: "1, 2: 3": must be one, not two, <nil>: Forbidden: no]',
  ));
  assert.deepEqual(causes.map(({ field, reason }) => [field, reason]), [
    ["spec.a", "FieldValueNotSupported"],
    ["spec.b[0].c", "FieldValueInvalid"],
    ["<nil>", "FieldValueForbidden"],
  ]);
  assert.match(causes[1]?.message ?? "", /must be one, not two$/);
});

Deno.test("invalidCauses() gives the whole text when it names no field, and nothing for other failures", () => {
  assert.deepEqual(invalidCauses(invalid("it is odd")), [
    { reason: "FieldValueInvalid", message: "it is odd", field: "" },
  ]);
  assert.deepEqual(invalidCauses(new ApiError("a: B", { code: 409, reason: "Conflict" })), []);
});
