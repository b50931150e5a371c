import assert from "node:assert/strict";

import { ApiError } from "../../kube/api.ts";
import { failure } from "../testing/fake_kube.ts";
import {
  attempt,
  classify,
  during,
  type Failure,
  NotLeaderError,
  RefusedError,
  StaleError,
} from "./failure.ts";

const cases: Record<string, [unknown, Failure["kind"], string]> = {
  "a quota": [failure(403, "Forbidden", "exceeded quota"), "refused", "Forbidden"],
  "a validation": [failure(422, "Invalid", "invalid"), "refused", "Invalid"],
  "an object that is gone": [failure(404, "NotFound", "gone"), "refused", "NotFound"],
  "an optimistic lock": [failure(409, "Conflict", "modified"), "conflict", "Conflict"],
  "an expired token": [failure(401, "Unauthorized", "who?"), "unavailable", "Unauthorized"],
  "an overloaded server": [
    failure(429, "TooManyRequests", "later"),
    "unavailable",
    "TooManyRequests",
  ],
  "a failing server": [failure(500, "", "oops"), "unavailable", "500"],
  "a broken connection": [new TypeError("reset"), "unavailable", "TypeError"],
  "something that is no error": ["text", "unavailable", "Error"],
  "a picture that is old": [new StaleError("old"), "conflict", "StaleError"],
  "a lost lease": [new NotLeaderError("lost"), "not-leader", "NotLeaderError"],
  "a recorded refusal": [
    new RefusedError("ResizeRefused", "no", { cause: failure(409, "Conflict", "") }),
    "refused",
    "ResizeRefused",
  ],
};

for (const [name, [error, kind, reason]] of Object.entries(cases)) {
  Deno.test(`classify() answers ${kind} for ${name}, wrapped or not`, async () => {
    const wrapped = await during("a step", () => Promise.reject(error)).catch((thrown) => thrown);
    assert.deepEqual([classify(error).kind, classify(error).reason], [kind, reason]);
    assert.equal(classify(wrapped).kind, kind);
  });
}

Deno.test("classify() passes on how long the server asked to wait", () => {
  const error = new ApiError("later", {
    code: 429,
    reason: "TooManyRequests",
    retryAfterMs: 3_000,
  });
  assert.equal(classify(error).retryAfterMs, 3_000);
});

Deno.test("during() names the step in front of the message", async () => {
  const rejected = during("patching PVC a/b", () => Promise.reject(new TypeError("reset")));
  await assert.rejects(rejected, { message: "patching PVC a/b: reset" });
});

Deno.test("attempt() turns an error into an answer", async () => {
  assert.deepEqual(await attempt(() => Promise.resolve("written")), {
    kind: "done",
    effect: "written",
  });
  const failed = await attempt(() => Promise.reject(new StaleError("old")));
  assert.equal(failed.kind, "conflict");
});
