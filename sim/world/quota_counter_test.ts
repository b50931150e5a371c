import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { RESOURCE_QUOTA } from "../../kube/resources.ts";
import { objectAt } from "../component/read_json.ts";
import { addOrders, testWorld } from "./testing/test_world.ts";

Deno.test("createQuotaCounter() says what claims of a class ask for, and says it anew when a quota changes", async () => {
  const { world, run } = testWorld();
  addOrders(world, { instances: 2 });
  const requests = "fast.storageclass.storage.k8s.io/requests.storage";
  const quota = { namespace: "shop", name: "storage" };
  const user = "an-administrator";
  world.server.create(RESOURCE_QUOTA, {
    metadata: quota,
    spec: { hard: { [requests]: "21Gi", pods: "5" } },
  }, { namespace: "shop", user });
  await run(5_000);
  function status(): JsonObject {
    return objectAt(world.server.find(RESOURCE_QUOTA, quota) ?? {}, "status");
  }
  assert.deepEqual(status(), {
    hard: { [requests]: "21Gi", pods: "5" },
    used: { [requests]: "20Gi" },
  });
  const body = { spec: { hard: { [requests]: "40Gi" } } };
  world.server.patch(RESOURCE_QUOTA, quota, { type: "merge", body }, { user });
  await run(5_000);
  assert.deepEqual(objectAt(status(), "hard"), { [requests]: "40Gi", pods: "5" });
});
