import assert from "node:assert/strict";

import { apiErrorOfEvent, apiErrorOfResponse } from "./status_error.ts";

const answer = { status: 429, retryAfterHeader: null, body: undefined };

const advice: Record<string, { header: string | null; details: unknown; expected?: number }> = {
  "nothing is said": { header: null, details: undefined },
  "the header says it": { header: "3", details: { retryAfterSeconds: 9 }, expected: 3_000 },
  "the details say it": { header: null, details: { retryAfterSeconds: 9 }, expected: 9_000 },
  "the details say zero": { header: null, details: { retryAfterSeconds: 0 } },
  "the header is a date": { header: "Fri, 31 Dec 1999 23:59:59 GMT", details: undefined },
  "the details are odd": { header: null, details: { retryAfterSeconds: "soon" } },
};
for (const [sentence, { header, details, expected }] of Object.entries(advice)) {
  Deno.test(`apiErrorOfResponse() knows how long to wait when ${sentence}`, () => {
    const failure = { ...answer, retryAfterHeader: header, body: { details } };
    assert.equal(apiErrorOfResponse("GET /x", failure).retryAfterMs, expected);
  });
}

Deno.test("apiErrorOfResponse() keeps the beginning of a long message", () => {
  const body = { reason: "Invalid", message: "m".repeat(9_000) };
  const error = apiErrorOfResponse("GET /x", { ...answer, status: 422, body });
  assert.ok(error.message.length < 1_200);
  assert.equal(error.isRefusal, true);
});

Deno.test("apiErrorOfEvent() takes 410 from the code or from the reason", () => {
  assert.equal(apiErrorOfEvent("watch", { code: 410 }).isGone, true);
  assert.equal(apiErrorOfEvent("watch", { code: 500, reason: "Expired" }).isGone, true);
  assert.equal(apiErrorOfEvent("watch", { code: 500, reason: "InternalError" }).isGone, false);
  assert.equal(apiErrorOfEvent("watch", { code: "odd" }).code, 0);
});
