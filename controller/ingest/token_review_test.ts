import assert from "node:assert/strict";

import type { JsonObject, Lane } from "../../kube/api.ts";
import { verifiedStatus } from "./testing/reviews.ts";
import { reviewToken } from "./token_review.ts";

Deno.test("reviewToken() does not queue behind what else is written", async () => {
  const lanes: (Lane | undefined)[] = [];
  const verdict = await reviewToken(
    {
      create(_resource, object, options): Promise<JsonObject> {
        lanes.push(options?.lane);
        return Promise.resolve({ ...object, status: verifiedStatus("orders-1") });
      },
    },
    "token",
    "cnpg-storage-manager",
  );
  assert.equal(verdict.kind, "verified");
  assert.deepEqual(lanes, ["identity"]);
});
