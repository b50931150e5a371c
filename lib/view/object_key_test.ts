import assert from "node:assert/strict";

import { objectKey, parseObjectKey } from "./object_key.ts";

Deno.test("parseObjectKey() reads what objectKey() wrote", () => {
  const orders = { namespace: "shop", name: "orders" };
  assert.equal(objectKey(orders), "shop/orders");
  assert.deepEqual(parseObjectKey("shop/orders"), orders);
});

Deno.test("parseObjectKey() takes a key without a namespace for a name", () => {
  assert.deepEqual(parseObjectKey("orders"), { namespace: "", name: "orders" });
});
