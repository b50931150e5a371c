import assert from "node:assert/strict";
import { ApiError } from "../../kube/api.ts";
import { unlessRefused } from "./unless_refused.ts";

Deno.test("unlessRefused() gives the result, and undefined for what the server refuses", () => {
  assert.equal(unlessRefused(() => 1), 1);
  const refusal = new ApiError("no", { code: 403, reason: "Forbidden" });
  assert.equal(
    unlessRefused(() => {
      throw refusal;
    }),
    undefined,
  );
});

Deno.test("unlessRefused() passes on what no server says", () => {
  assert.throws(() =>
    unlessRefused(() => {
      throw new RangeError("wrong");
    }), RangeError);
});
