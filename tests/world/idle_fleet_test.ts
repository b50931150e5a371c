import assert from "node:assert/strict";

import { STORAGE_POLICIES } from "../../controller/observe/resources.ts";
import { NAMESPACE } from "../../kube/resources.ts";
import { GROUP_VERSION } from "../../lib/policy/api_group.ts";
import type { AuditRecord } from "../../sim/api_server/api_server.ts";
import { createManagedWorld } from "./managed_world.ts";
import { MANAGER } from "./manager.ts";

const CLUSTERS = 100;
const GIBIBYTE = 1024 ** 3;
const MINUTE_MS = 60_000;

/** By then every cluster was seen, and everything that there is to say was said. */
const SETTLED_MS = 3 * MINUTE_MS;

/** Where nothing happens, coarse ticks lose nothing. */
const TICK_MS = 10_000;

Deno.test("the controller writes nothing for ten minutes in which 300 instances are idle", async () => {
  await using managed = await createManagedWorld({ seed: 1, tickMs: TICK_MS });
  const { world } = managed;
  world.addStorageClass({ name: "fast" });
  const [namespace, user] = ["shop", "kubernetes-admin"];
  world.server.create(NAMESPACE, { metadata: { name: namespace } }, { user });
  world.server.create(STORAGE_POLICIES, {
    apiVersion: GROUP_VERSION,
    kind: STORAGE_POLICIES.kind,
    metadata: { namespace, name: "everything" },
    spec: {},
  }, { namespace, user });
  for (let serial = 1; serial <= CLUSTERS; serial++) {
    world.addCluster({
      namespace,
      name: `orders${serial}`,
      dataBytes: 10 * GIBIBYTE,
      storageClass: "fast",
    });
  }
  managed.start();
  await managed.run(SETTLED_MS);
  const writes: string[] = [];
  let reviews = 0;
  world.server.audit((record) => {
    if (!isWrite(record)) return;
    if (record.resource.plural === "tokenreviews") reviews += 1;
    else writes.push(`${record.verb} ${record.resource.plural} ${record.name.name}`);
  });
  await managed.run(10 * MINUTE_MS);
  assert.deepEqual(writes, []);
  assert.ok(reviews > 0, "agents reported");
});

function isWrite({ user, verb }: AuditRecord): boolean {
  return user === MANAGER && verb !== "get" && verb !== "list" && verb !== "watch";
}
